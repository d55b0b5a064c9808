import { inject } from 'vitest';
import type { Component } from '../../src/core/engine/engine.ts';
import { sha256 } from '../../src/core/engine/digest.ts';
import { inspect } from '../../src/core/engine/inspect.ts';
import { createLibrary } from '../../src/core/engine/library.ts';
import type { Platform } from '../../src/core/ports/platform.ts';
import { blockingVersion, suspends } from '../../src/core/wasi/wasi.ts';

/** The bytes of a built guest, from the server that every platform reaches. */
export async function fetchGuest(name: string): Promise<Uint8Array> {
  const response = await fetch(`${inject('serveOrigin')}/guests/${name}.wasm`);
  if (!response.ok) throw new Error(`no guest is named ${name}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Prepares a component and loads its code, as a host does. */
export async function prepareOn(platform: Platform, bytes: Uint8Array): Promise<Component> {
  if (platform.code === undefined) throw new Error(`${platform.name} loads no code`);
  const library = createLibrary({ ...platform, suspends, suspendsVersion: blockingVersion, store: platform.artifacts });
  return platform.engine.load(await library.artifact(bytes), platform.code);
}

/** Prepares a component that a test has written; every synchronous function of the host may answer with a promise. */
export async function prepareWritten(platform: Platform, bytes: Uint8Array): Promise<Component> {
  if (platform.code === undefined) throw new Error(`${platform.name} loads no code`);
  return platform.engine.load(await platform.engine.prepare(bytes, inspect(bytes), await sha256(bytes), () => true), platform.code);
}
