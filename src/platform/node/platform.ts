import { chooseEngine, type EngineName } from '../../core/engine/choose.ts';
import { adaptPreview1 } from '../../core/engine/jco/preview1.ts';
import { loadTranspiler } from '../../core/engine/jco/transpiler.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Platform } from '../../core/ports/platform.ts';
import { createArtifactStore } from './artifact-store.ts';
import { createClock } from './clock.ts';
import { code } from './code.ts';
import { entropy } from './entropy.ts';
import { openDirectory } from './files.ts';
import { createNodeHttpOut } from './http-out.ts';
import { stderrLog } from './log.ts';
import { loadPreview1Tools } from './preview1.ts';
import { sources } from './sources.ts';

/** Settings of the Node platform. */
export interface NodeOptions {
  /** What turns components into instances: hostling's own engine, or jco's transpiler. Default: `hostling`. */
  readonly engine?: EngineName;
  /** Where prepared components are kept; `false`: nowhere. Default: the user's cache directory. */
  readonly cacheDirectory?: string | false;
  /** Default: lines on standard error. */
  readonly log?: Log;
}

const nextTurn = (callback: () => void): void => void setImmediate(callback);

/** Node's set of ports. */
export function createNodePlatform({ engine = 'hostling', cacheDirectory, log = stderrLog }: NodeOptions = {}): Platform {
  const httpOut = createNodeHttpOut();
  return Object.freeze({
    name: 'node',
    traits: { dynamicCode: true, trailers: true, realDirectories: true, listen: true, liveInstances: 1000, readyInstances: 64 },
    clock: createClock(),
    entropy,
    log,
    engine: chooseEngine(engine, nextTurn, loadTranspiler),
    sources,
    code,
    artifacts: cacheDirectory === false ? undefined : createArtifactStore({ directory: cacheDirectory }),
    httpOut,
    openDirectory: (path: string) => openDirectory(path),
    adapt: (bytes: Uint8Array) => adaptPreview1(bytes, loadPreview1Tools),
    close: () => httpOut.close(),
  });
}
