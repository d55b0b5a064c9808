import type { EngineName } from '../src/core/engine/choose.ts';
import type { Component } from '../src/core/engine/engine.ts';
import { createHost } from '../src/platform/browser/index.ts';
import { createBrowserPlatform } from '../src/platform/browser/platform.ts';
import { createRecordingLog } from '../src/platform/memory/log.ts';
import type { TestHost, TestTraits } from './harness.ts';
import { fetchGuest, prepareOn, prepareWritten } from './lib/prepare.ts';

export const platform = 'browser';
export const traits: TestTraits = { ...createBrowserPlatform({ cacheName: false }).traits, requestStreams: showsStreams(), largeMemory: true, sameRealm: true };

export async function createTestHost(engine: EngineName = 'hostling'): Promise<TestHost> {
  const log = createRecordingLog();
  return { host: await createHost({ engine, log, cacheName: 'test' }), log };
}

export const guest: (name: string) => Promise<Uint8Array> = fetchGuest;

export async function component(name: string, engine: EngineName = 'hostling'): Promise<Component> {
  return prepareOn(createBrowserPlatform({ engine, cacheName: 'test' }), await guest(name));
}

export function written(bytes: Uint8Array): Promise<Component> {
  return prepareWritten(createBrowserPlatform({ cacheName: false }), bytes);
}

/** Firefox makes text of a stream that is given as a body, and shows none. */
function showsStreams(): boolean {
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: new ReadableStream(), duplex: 'half' };
  return new Request('http://x.example/', init).body instanceof ReadableStream;
}
