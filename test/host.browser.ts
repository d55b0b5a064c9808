import type { ComponentInput } from '../src/core/workload/options.ts';
import { createHost } from '../src/platform/browser/index.ts';
import { createBrowserPlatform } from '../src/platform/browser/platform.ts';
import { createRecordingLog } from '../src/platform/memory/log.ts';
import type { TestHost, TestTraits } from './harness.ts';

export const platform = 'browser';
export const traits: TestTraits = { ...createBrowserPlatform({ cacheName: false }).traits, requestStreams: takesStreams(), outgoing: true, largeMemory: true };

export async function createTestHost(): Promise<TestHost> {
  const log = createRecordingLog();
  return { host: await createHost({ log, cacheName: 'test' }), log };
}

export async function guest(name: string): Promise<ComponentInput> {
  const response = await fetch(`/guests/${name}.wasm`);
  if (!response.ok) throw new Error(`no guest is named ${name}`);
  return response.arrayBuffer();
}

/** Firefox makes text of a stream that is given as a body. */
function takesStreams(): boolean {
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: new ReadableStream(), duplex: 'half' };
  return !new Request('http://x.example/', init).headers.has('content-type');
}
