import { chooseEngine, type EngineName } from '../../core/engine/choose.ts';
import { loadTranspiler } from '../../core/engine/jco/transpiler.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Entropy } from '../../core/ports/entropy.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Platform } from '../../core/ports/platform.ts';
import { createArtifactStore } from './artifact-store.ts';
import { createClock } from './clock.ts';
import { code } from './code.ts';
import { entropy } from './entropy.ts';
import { createMemoryHttpOut, type HttpAnswer } from './http-out.ts';
import { silentLog } from './log.ts';
import { createSources } from './sources.ts';

/** Settings of the memory platform: each port can be given, so that a test holds the strings. */
export interface MemoryOptions {
  /** What turns components into instances: hostling's own engine, or jco's transpiler. Default: `hostling`. */
  readonly engine?: EngineName;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
  /** Default: none is kept. */
  readonly log?: Log;
  /** Answers guests' requests. Default: they are refused. */
  readonly httpOut?: HttpAnswer;
  /** Components that can be started by name. */
  readonly components?: Readonly<Record<string, Uint8Array>>;
}

/** A set of ports that touches nothing outside this realm. */
export function createMemoryPlatform({ engine = 'hostling', ...options }: MemoryOptions = {}): Platform {
  return Object.freeze({
    name: 'memory',
    traits: { dynamicCode: true, trailers: true, realDirectories: false, listen: false, liveInstances: 64, readyInstances: 8 },
    clock: options.clock ?? createClock(),
    entropy: options.entropy ?? entropy,
    log: options.log ?? silentLog,
    engine: chooseEngine(engine, (callback) => void setTimeout(callback, 0), loadTranspiler),
    sources: createSources(options.components ?? {}),
    code,
    artifacts: createArtifactStore(),
    httpOut: options.httpOut === undefined ? undefined : createMemoryHttpOut(options.httpOut),
  });
}
