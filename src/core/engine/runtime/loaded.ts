import type { Codecs } from '../abi/codecs.ts';
import type { Plan } from '../plan/plan.ts';
import type { ExposedState } from '../core/expose.ts';
import type { Blocking } from './blocking.ts';
import type { Signatures } from './signatures.ts';
import type { Snapshot } from './snapshot.ts';

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
  /** What of the module's state can be seen from outside. */
  state(index: number): ExposedState;
  /** The first state of every instance, taken from the first one; absent until then, and when it depends on the host. */
  snapshot?: Snapshot;
}
