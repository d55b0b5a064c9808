import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { guestsDir } from '../scripts/guests/guest.ts';
import type { EngineName } from '../src/core/engine/choose.ts';
import type { Component } from '../src/core/engine/engine.ts';
import { createRecordingLog } from '../src/platform/memory/log.ts';
import { createHost } from '../src/platform/node/index.ts';
import { createNodePlatform } from '../src/platform/node/platform.ts';
import type { TestHost, TestTraits } from './harness.ts';
import { prepareOn, prepareWritten } from './lib/prepare.ts';

export const platform = 'node';
export const traits: TestTraits = { ...createNodePlatform({ cacheDirectory: false }).traits, requestStreams: true, largeMemory: true, sameRealm: true };

export async function createTestHost(engine: EngineName = 'hostling'): Promise<TestHost> {
  const log = createRecordingLog();
  return { host: await createHost({ engine, log, cacheDirectory: inject('artifactsDir') }), log };
}

export function guest(name: string): Promise<Uint8Array> {
  return readFile(join(guestsDir, `${name}.wasm`));
}

export async function component(name: string, engine: EngineName = 'hostling'): Promise<Component> {
  return prepareOn(createNodePlatform({ engine, cacheDirectory: inject('artifactsDir') }), await guest(name));
}

export function written(bytes: Uint8Array): Promise<Component> {
  return prepareWritten(createNodePlatform({ cacheDirectory: false }), bytes);
}
