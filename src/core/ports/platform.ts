import type { Engine } from '../engine/engine.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { Clock } from './clock.ts';
import type { CodeLoader } from './code.ts';
import type { Entropy } from './entropy.ts';
import type { Directory } from './files.ts';
import type { HttpOut } from './http-out.ts';
import type { Isolates } from './isolate.ts';
import type { Log } from './log.ts';
import type { Sources } from './sources.ts';

/** What an environment can do, as data. Tests skip by these names; nothing asks which platform it is on. */
export interface Traits {
  /** Code can be loaded at run time. Without it only bundled components run, or those of an isolate. */
  readonly dynamicCode: boolean;
  /** Outgoing requests carry trailers. */
  readonly trailers: boolean;
  /** Real directories can be granted. */
  readonly realDirectories: boolean;
  /** The platform can listen for connections. */
  readonly listen: boolean;
  /** How many instances may live at once; more calls wait. */
  readonly liveInstances: number;
  /** How many instances may wait ready-made for calls, all workloads together. */
  readonly readyInstances: number;
}

/** One environment's set of ports. What is absent is a capability that workloads are refused. */
export interface Platform {
  readonly name: string;
  readonly traits: Traits;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly engine: Engine;
  readonly sources: Sources;
  readonly code?: CodeLoader | undefined;
  readonly artifacts?: ArtifactStore | undefined;
  readonly httpOut?: HttpOut | undefined;
  /**
   * Opens a directory of the machine. Absent: there is none.
   * @throws HostlingError `directory-unreadable`
   */
  openDirectory?(path: string): Directory;
  /** Where workloads run when not in this realm. */
  readonly isolates?: Isolates | undefined;
  /**
   * Makes a component of a core module built for WASI Preview 1; any other bytes come back as they are. Absent: core modules are refused.
   */
  adapt?(bytes: Uint8Array): Promise<Uint8Array>;
  /** Lets go of what the platform holds (idle connections); called when the host stops. */
  close?(): void | Promise<void>;
}
