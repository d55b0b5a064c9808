import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundleComponent } from '../../src/platform/node/bundle.ts';
import { guestsDir } from '../guests/guest.ts';
import { engineVersion } from './engine-version.ts';
import { inRoot } from './root.ts';

/** Where the guests lie as Workers import them: a folder each. */
export const bundlesDir: string = inRoot('.cache/bundles');

/** Where tests keep prepared components, apart for each version of the engine. */
export async function artifactsDir(): Promise<string> {
  return inRoot('.cache/artifacts', await engineVersion());
}

/** Bundles every built guest that is a component for Workers; what is up to date is left alone. Answers how many were made. */
export async function buildBundles(): Promise<number> {
  const engine = await engineVersion();
  const cacheDirectory = await artifactsDir();
  await removeOthers(cacheDirectory);
  const names = (await readdir(guestsDir)).filter((name) => name.endsWith('.wasm')).map((name) => name.slice(0, -'.wasm'.length));
  // A module built for Preview 1 becomes a component only with the built package.
  const components = names.filter((name) => !name.startsWith('p1-')).toSorted();
  let made = 0;
  for (const name of components) {
    const stamp = `${engine} ${await readFile(join(guestsDir, `${name}.hash`), 'utf8')}`;
    const folder = join(bundlesDir, name);
    const stampFile = join(folder, '.stamp');
    if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) continue;
    await rm(folder, { recursive: true, force: true });
    const { files } = await bundleComponent(await readFile(join(guestsDir, `${name}.wasm`)), { cacheDirectory });
    for (const [file, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), content);
    }
    await writeFile(stampFile, stamp);
    made++;
  }
  await writeIndex(components);
  return made;
}

/** One module from which a test takes a guest by its name. */
async function writeIndex(names: readonly string[]): Promise<void> {
  const file = join(bundlesDir, 'index.js');
  const text = `export default {\n${names.map((name) => `  '${name}': () => import('./${name}/index.js'),`).join('\n')}\n};\n`;
  if ((await readFile(file, 'utf8').catch(() => '')) !== text) await writeFile(file, text);
}

async function removeOthers(keep: string): Promise<void> {
  const folder = dirname(keep);
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) {
    if (join(folder, name) !== keep) await rm(join(folder, name), { recursive: true, force: true });
  }
}
