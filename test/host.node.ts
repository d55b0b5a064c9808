import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { guestsDir } from '../scripts/guests/guest.ts';
import type { ComponentInput } from '../src/core/workload/options.ts';
import { createRecordingLog } from '../src/platform/memory/log.ts';
import { createHost } from '../src/platform/node/index.ts';
import { createNodePlatform } from '../src/platform/node/platform.ts';
import type { TestHost, TestTraits } from './harness.ts';

export const platform = 'node';
export const traits: TestTraits = { ...createNodePlatform({ cacheDirectory: false }).traits, requestStreams: true, outgoing: true, largeMemory: true };

export async function createTestHost(): Promise<TestHost> {
  const log = createRecordingLog();
  return { host: await createHost({ log, cacheDirectory: inject('artifactsDir') }), log };
}

export async function guest(name: string): Promise<ComponentInput> {
  return readFile(join(guestsDir, `${name}.wasm`));
}
