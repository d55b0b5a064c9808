import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Mode, transpileHandler, transpilePlain, transpileServed } from './jco.ts';
import { guest, inRoot } from './paths.ts';

/** The file that subjects of hostling's side read. */
export const componentFile: string = 'component.wasm';

/** Prepares one of the repository's guests, without WASI, for both engines. */
export function prepareGuest(name: string): (folder: string) => Promise<void> {
  return async (folder) => prepareBytes(await readFile(guest(name).path), folder);
}

/** The same with one of the bench's own, which lie in `guests/` as text. */
export function prepareBenchGuest(name: string): (folder: string) => Promise<void> {
  return async (folder) => {
    const { parse } = await import('@bytecodealliance/jco-transpile/wasm-tools');
    await prepareBytes(await parse(await readFile(inRoot('bench/guests', `${name}.wat`), 'utf8')), folder);
  };
}

async function prepareBytes(bytes: Uint8Array, folder: string): Promise<void> {
  await writeFile(join(folder, componentFile), bytes);
  await transpilePlain(bytes, join(folder, 'jco'));
}

/** Prepares a P3 handler for a host, and for jco in the ways that are named. */
export async function prepareHandler(path: string, folder: string, modes: readonly Mode[]): Promise<void> {
  await symlink(path, join(folder, componentFile));
  for (const mode of modes) await transpileHandler(await readFile(path), join(folder, mode), mode);
}

/** Prepares a P2 handler for a host, and as `jco serve` does. */
export async function prepareServed(path: string, folder: string): Promise<void> {
  await symlink(path, join(folder, componentFile));
  await transpileServed(await readFile(path), join(folder, 'served'));
}
