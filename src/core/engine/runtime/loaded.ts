import type { Codecs } from '../abi/codecs.ts';
import type { Plan } from '../plan/plan.ts';
import type { Blocking } from './blocking.ts';
import type { Signatures } from './signatures.ts';

/** A plan with everything that its instances share. */
export interface Loaded {
  readonly plan: Plan;
  readonly codecs: Codecs;
  readonly signatures: Signatures;
  readonly blocking: Blocking;
  /** Absent when nothing may wait, or the runtime cannot suspend. */
  readonly blockingModule: WebAssembly.Module | undefined;
  readonly entryModule: WebAssembly.Module | undefined;
  /** Traps, when called. */
  readonly trap: () => void;
  module(index: number): WebAssembly.Module;
}
