import type { Host } from '../../dist/core/host.js';
import type { Platform } from '../../dist/core/ports/platform.js';
import type { Calls, Clocks } from '../lib/calls.ts';

/** What a subject finds where it runs: a process of Node, or a page. */
export interface Surroundings extends Clocks {
  readonly name: 'node' | 'page';
  /** A file of the folder that was prepared for the subject. */
  readonly read: (file: string) => Promise<Uint8Array>;
  /** A module of that folder. */
  readonly load: <T>(file: string) => Promise<T>;
  readonly createHost: () => Promise<Host>;
  readonly platform: () => Platform;
}

/** What a module in this folder exports by default: makes the calls that are measured, with what the row wants of them. */
export type CreateSubject<Options> = (surroundings: Surroundings, options: Options) => Promise<Calls>;
