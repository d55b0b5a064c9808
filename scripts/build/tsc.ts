import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { binary, inRoot } from '../lib/root.ts';
import { runOrThrow } from '../lib/run.ts';

const dist = inRoot('dist');
const stampFile = join(dist, '.settings.tsbuildinfo');

/** Compiles `src` into `dist`, anew when the compiler or its settings changed, and removes what is left of deleted sources. */
export async function compile(): Promise<void> {
  const stamp = await settings();
  if ((await readFile(stampFile, 'utf8').catch(() => '')) !== stamp) {
    await rm(dist, { recursive: true, force: true });
    await mkdir(dist, { recursive: true });
  }
  await runOrThrow(binary('tsc'), ['-b']);
  await writeFile(stampFile, stamp);
  await removeStale();
}

/** A digest of all that decides how the compiler works, besides the sources. */
async function settings(): Promise<string> {
  const sources = await readdir(inRoot('src'), { recursive: true });
  const configs = sources.filter((name) => name.endsWith('tsconfig.json')).toSorted();
  const files = ['tsconfig.json', 'tsconfig.base.json', 'node_modules/typescript/package.json', ...configs.map((name) => join('src', name))];
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0${await readFile(inRoot(file), 'utf8')}\0`);
  return hash.digest('hex');
}

/** The compiler gives each output a source map, which tells its files from those of other steps. */
async function removeStale(): Promise<void> {
  for (const name of await readdir(dist, { recursive: true })) {
    if (!name.endsWith('.js.map')) continue;
    const base = name.slice(0, -'.js.map'.length);
    if (existsSync(inRoot('src', `${base}.ts`))) continue;
    for (const ending of ['.js', '.js.map', '.d.ts']) await rm(join(dist, base + ending), { force: true });
  }
}
