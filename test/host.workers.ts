import type { BundledComponent, ComponentInput } from '../src/platform/workers/index.ts';
import { createHost } from '../src/platform/workers/index.ts';
import { createWorkersPlatform } from '../src/platform/workers/platform.ts';
import { createRecordingLog } from '../src/platform/memory/log.ts';
import bundles from '../.cache/bundles/index.js';
import type { TestHost, TestTraits } from './harness.ts';

export const platform = 'workers';
export const traits: TestTraits = { ...createWorkersPlatform().traits, requestStreams: true, outgoing: true, largeMemory: false };

export async function createTestHost(): Promise<TestHost> {
  const log = createRecordingLog();
  return { host: await createHost({ log }), log };
}

export async function guest(name: string): Promise<ComponentInput> {
  const load = (bundles as Record<string, () => Promise<{ default: BundledComponent }>>)[name];
  if (load === undefined) throw new Error(`no guest is named ${name}`);
  return (await load()).default;
}
