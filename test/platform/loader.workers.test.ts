import { env } from 'cloudflare:workers';
import { createHost } from '../../dist/platform/workers/index.js';
import { workerLoader, type WorkerLoaderBinding } from '../../dist/platform/workers/loader.js';
import { createRecordingLog } from '../../dist/platform/memory/log.js';
import { httpHostSuite } from '../conformance/http-host.suite.ts';
import type { TestHost } from '../harness.ts';
import * as workers from '../host.workers.ts';
import { fetchGuest } from '../lib/prepare.ts';

// The built package, because the loader's isolate and transpiler are made by its build.
async function createTestHost(): Promise<TestHost> {
  const log = createRecordingLog();
  const { LOADER } = env as unknown as { LOADER: WorkerLoaderBinding };
  return { host: await createHost({ log, loader: workerLoader(LOADER) }), log };
}

httpHostSuite({
  ...workers,
  platform: 'workers with a loader',
  traits: { ...workers.traits, dynamicCode: true, sameRealm: false },
  createTestHost,
  guest: fetchGuest,
});
