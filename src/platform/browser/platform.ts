import { createWebClock } from '../../core/clock.ts';
import { chooseEngine, type EngineName } from '../../core/engine/choose.ts';
import { loadTranspiler } from '../../core/engine/jco/transpiler.ts';
import { webEntropy } from '../../core/entropy.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Platform } from '../../core/ports/platform.ts';
import { createArtifactStore } from './artifact-store.ts';
import { code } from './code.ts';
import { createBrowserHttpOut } from './http-out.ts';
import { consoleLog } from './log.ts';
import { createNextTurn } from './next-turn.ts';
import { sources } from './sources.ts';

/** Settings of the browser platform. */
export interface BrowserOptions {
  /** What turns components into instances: hostling's own engine, or jco's transpiler. Default: `hostling`. */
  readonly engine?: EngineName;
  /** The name of the Cache API storage for prepared components; `false`: none. Default: `hostling`. */
  readonly cacheName?: string | false;
  /** Default: the console. */
  readonly log?: Log;
}

/** A page's or dedicated worker's set of ports. */
export function createBrowserPlatform({ engine = 'hostling', cacheName, log = consoleLog }: BrowserOptions = {}): Platform {
  return Object.freeze({
    name: 'browser',
    // Chromium allows a page and its workers about 125 memories together.
    traits: { dynamicCode: true, trailers: false, realDirectories: false, listen: false, liveInstances: 96, readyInstances: 16 },
    // 0.1 ms is what pages without cross-origin isolation see.
    clock: createWebClock(100_000n),
    entropy: webEntropy,
    log,
    engine: chooseEngine(engine, createNextTurn(), loadTranspiler),
    sources,
    code,
    // Pages of an insecure origin have no storage.
    artifacts: cacheName === false || !('caches' in globalThis) ? undefined : createArtifactStore(cacheName),
    httpOut: createBrowserHttpOut(),
  });
}
