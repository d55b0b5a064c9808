import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inRoot } from '../lib/root.ts';

const kinds = ['command', 'reactor'];

/** Puts the adapters that make components of Preview 1 modules beside the code that uses them. */
export async function copyAdapters(): Promise<void> {
  const target = inRoot('dist/adapters');
  await mkdir(target, { recursive: true });
  for (const kind of kinds) {
    const name = `wasi_snapshot_preview1.${kind}.wasm`;
    await copyFile(inRoot('node_modules/@bytecodealliance/jco/lib', name), join(target, name));
  }
}
