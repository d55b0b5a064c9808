import type { Limits } from '../limits.ts';
import type { Plan } from '../plan/plan.ts';
import type { ExposedState } from '../core/expose.ts';
import type { FindClass, FindHost } from './bind-host.ts';
import type { Blocking } from './blocking.ts';
import type { FindModule } from './modules.ts';
import type { Signatures } from './signatures.ts';
import type { Images } from './snapshot.ts';

/** A plan with everything that its instances share. */
export interface Loaded {
  readonly limits: Limits;
  readonly plan: Plan;
  readonly signatures: Signatures;
  readonly blocking: Blocking;
  /** Where the blocking module has the trampolines that may wait, by their index. */
  readonly blockingAt: ReadonlyMap<number, number>;
  /** Absent when nothing may wait, or the runtime cannot suspend. */
  readonly blockingModule: WebAssembly.Module | undefined;
  readonly entryModule: WebAssembly.Module | undefined;
  /** Traps, when called. */
  readonly trap: () => void;
  /** How the host's functions are found, by import, and its classes, by resource. */
  readonly findHost: readonly FindHost[];
  readonly findClass: readonly (FindClass | undefined)[];
  /** What of the imports is not the host's, but comes from instances that are made on the way. */
  readonly linked: ReadonlySet<string>;
  /** How core modules of the host are found, by module; absent for the component's own. */
  readonly findModule: readonly (FindModule | undefined)[];
  module(index: number): WebAssembly.Module;
  /** What of the module's state can be seen from outside. */
  state(index: number): ExposedState;
  /** Whether the code of any module may change a table; what they hold is only looked at then. */
  readonly tablesChange: boolean;
  /** What memories hold in the first state of every instance, taken from the first one; absent until then. */
  images?: Images;
}
