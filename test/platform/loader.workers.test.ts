import { env } from 'cloudflare:workers';
import { type ComponentLoader, createHost } from '../../dist/platform/workers/index.js';
import { jcoWorkerLoader } from '../../dist/platform/workers/jco.js';
import { workerLoader, type WorkerLoaderBinding } from '../../dist/platform/workers/loader.js';
import { createRecordingLog } from '../../dist/platform/memory/log.js';
import { httpHostSuite } from '../conformance/http-host.suite.ts';
import type { TestHost } from '../harness.ts';
import * as workers from '../host.workers.ts';
import { fetchGuest } from '../lib/prepare.ts';

const { LOADER } = env as unknown as { LOADER: WorkerLoaderBinding };

// The built package, because the loader's isolate and jco's transpiler are made by its build.
async function createTestHost(loader: ComponentLoader): Promise<TestHost> {
  const log = createRecordingLog();
  return { host: await createHost({ log, loader }), log };
}

for (const [platform, loader] of [
  ['workers with a loader', workerLoader(LOADER)],
  ['workers with a loader and jco', jcoWorkerLoader(LOADER)],
] as const) {
  httpHostSuite({
    ...workers,
    platform,
    traits: { ...workers.traits, dynamicCode: true, sameRealm: false },
    createTestHost: () => createTestHost(loader),
    guest: fetchGuest,
  });
}
