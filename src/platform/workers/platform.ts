import { createWebClock } from '../../core/clock.ts';
import { chooseEngine, type EngineName } from '../../core/engine/choose.ts';
import type { LoadTranspiler } from '../../core/engine/jco/transpiler.ts';
import { webEntropy } from '../../core/entropy.ts';
import { HostlingError } from '../../core/errors.ts';
import type { Isolates } from '../../core/ports/isolate.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Platform } from '../../core/ports/platform.ts';
import { createWorkersHttpOut } from './http-out.ts';
import { consoleLog } from './log.ts';
import { nextTurn } from './next-turn.ts';
import { sources } from './sources.ts';

/** What gives a Worker components it was not built with: made by `workerLoader` of `hostling/workers/loader`. */
export interface ComponentLoader {
  readonly isolates: Isolates;
  readonly engine: EngineName;
  /** For jco's engine alone. */
  readonly loadTranspiler?: LoadTranspiler;
}

/** Settings of the Workers platform. */
export interface WorkersOptions {
  /** What turns components that come at run time into instances. Default: the loader's. */
  readonly engine?: EngineName;
  /** For components that come at run time. Default: none, bundled components only. */
  readonly loader?: ComponentLoader;
  /** Default: the worker's log. */
  readonly log?: Log;
}

const noTranspiler: LoadTranspiler = () => {
  throw new HostlingError('runtime-unsupported', 'jco prepares components in a Worker only with the loader of hostling/workers/jco');
};

/** A Worker's set of ports. */
export function createWorkersPlatform({ loader, engine = loader?.engine ?? 'hostling', log = consoleLog }: WorkersOptions = {}): Platform {
  return Object.freeze({
    name: 'workers',
    // An instance made during one request must not be waited for in another: none are made ahead.
    traits: { dynamicCode: loader !== undefined, trailers: false, realDirectories: false, listen: false, liveInstances: 256, readyInstances: 0 },
    // Workers stop their clocks while code runs; what they show is whole milliseconds.
    clock: createWebClock(1_000_000n),
    entropy: webEntropy,
    log,
    engine: chooseEngine(engine, nextTurn, loader?.loadTranspiler ?? noTranspiler),
    sources,
    httpOut: createWorkersHttpOut(),
    isolates: loader?.isolates,
  });
}
