import bundles from '#bundles';
import type { EngineName } from '../src/core/engine/choose.ts';
import type { BundledComponent, Component } from '../src/core/engine/engine.ts';
import { createRecordingLog } from '../src/platform/memory/log.ts';
import { createHost } from '../src/platform/workers/index.ts';
import { createWorkersPlatform } from '../src/platform/workers/platform.ts';
import type { TestHost, TestTraits } from './harness.ts';

export const platform = 'workers';
export const traits: TestTraits = { ...createWorkersPlatform().traits, requestStreams: true, largeMemory: false, sameRealm: true };

export async function createTestHost(engine: EngineName = 'hostling'): Promise<TestHost> {
  const log = createRecordingLog();
  return { host: await createHost({ engine, log }), log };
}

export async function guest(name: string): Promise<BundledComponent> {
  const load = bundles[name];
  if (load === undefined) throw new Error(`no guest is named ${name}`);
  return (await load()).default;
}

export async function component(name: string): Promise<Component> {
  return createWorkersPlatform().engine.adopt(await guest(name));
}

export function written(_bytes: Uint8Array): Promise<Component> {
  return Promise.reject(new Error('Workers load no code'));
}
