import { createWebClock } from '../../core/clock.ts';
import { createJcoEngine } from '../../core/engine/jco/engine.ts';
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
  readonly loadTranspiler: LoadTranspiler;
  readonly isolates: Isolates;
}

/** Settings of the Workers platform. */
export interface WorkersOptions {
  /** For components that come at run time. Default: none, bundled components only. */
  readonly loader?: ComponentLoader;
  /** Default: the worker's log. */
  readonly log?: Log;
}

const noTranspiler: LoadTranspiler = () => {
  throw new HostlingError('runtime-unsupported', 'a Worker prepares no components by itself; bundle them with `hostling build`, or give createHost the loader of hostling/workers/loader');
};

/** A Worker's set of ports. */
export function createWorkersPlatform({ loader, log = consoleLog }: WorkersOptions = {}): Platform {
  return Object.freeze({
    name: 'workers',
    // An instance made during one request must not be waited for in another: none are made ahead.
    traits: { dynamicCode: loader !== undefined, trailers: false, realDirectories: false, listen: false, liveInstances: 256, readyInstances: 0 },
    // Workers stop their clocks while code runs; what they show is whole milliseconds.
    clock: createWebClock(1_000_000n),
    entropy: webEntropy,
    log,
    engine: createJcoEngine({ loadTranspiler: loader?.loadTranspiler ?? noTranspiler, nextTurn }),
    sources,
    httpOut: createWorkersHttpOut(),
    isolates: loader?.isolates,
  });
}
