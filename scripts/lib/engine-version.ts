import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inRoot } from './root.ts';

const folder = 'src/core/engine';
const others = ['src/core/wasi/p2/blocking.ts', 'node_modules/@bytecodealliance/jco-transpile/package.json'];

/** A digest of all that decides what the engine makes of a component: what was prepared under another one is out of date. */
export async function engineVersion(): Promise<string> {
  const names = await readdir(inRoot(folder), { recursive: true });
  const sources = names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
  const hash = createHash('sha256');
  for (const file of [...sources.toSorted(), ...others]) hash.update(`${file}\0${await readFile(inRoot(file), 'utf8')}\0`);
  return hash.digest('hex').slice(0, 16);
}
