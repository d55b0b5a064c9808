import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inRoot } from './root.ts';
import { runOrThrow } from './run.ts';

/** A project folder of somebody who has installed the package. */
export interface Consumer extends AsyncDisposable {
  readonly folder: string;
  /** The package's files, as npm packs them. */
  readonly files: readonly string[];
}

/**
 * Makes a project in a temporary folder with the package in it: what `npm pack` makes, and links to the packages that it depends on, or to
 * others of this repository's.
 */
export async function createConsumer(linked?: readonly string[]): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'consumer-'));
  const installed = join(folder, 'node_modules/hostling');
  await mkdir(installed, { recursive: true });
  const output = await runOrThrow('npm', ['pack', '--ignore-scripts', '--json', '--loglevel', 'error', '--pack-destination', folder]);
  // Depending on npm's version it is a list, or an object by name.
  const [packed] = Object.values(JSON.parse(output) as Record<string, { filename: string; files: { path: string }[] }>);
  if (packed === undefined) throw new Error(`npm pack made nothing: ${output}`);
  await runOrThrow('tar', ['-xzf', join(folder, packed.filename), '-C', installed, '--strip-components=1']);
  await rm(join(folder, packed.filename));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const name of linked ?? (await dependencies())) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(inRoot('node_modules', name), link);
  }
  return { folder, files: packed.files.map((file) => file.path), [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

async function dependencies(): Promise<string[]> {
  const manifest = JSON.parse(await readFile(inRoot('package.json'), 'utf8')) as { dependencies: Record<string, string> };
  return Object.keys(manifest.dependencies);
}
