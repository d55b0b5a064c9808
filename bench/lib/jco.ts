import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SharedOutput } from '../subjects/shims.ts';

const require = createRequire(import.meta.url);

/** The options of jco's transpiler that are used. */
interface Options {
  readonly asyncMode?: 'jspi';
  readonly asyncExports?: string[];
  readonly instantiation?: 'async';
  readonly map?: Record<string, string>;
}

/** `shared`: importing the output gives an instance, as it does by default. `fresh`: it gives a function that makes instances. */
export type Mode = 'shared' | 'fresh';

/** Keeps the 0.3 interfaces apart from those of 0.2 that have the same name. */
const versioned = Object.fromEntries(
  ['cli', 'clocks', 'filesystem', 'http', 'random', 'sockets'].map((name) => [`wasi:${name}/*@0.3.0`, `wasi:${name}/*@0.3.0`]),
);

/**
 * Transpiles a P3 handler as `jco transpile --async-mode jspi --async-exports wasi:http/handler#handle` does, which is also how jco's own tests
 * make the handlers they call. Beside the output lie `node.js` and `page.js`, which give it together with the shim it was made for.
 */
export async function transpileHandler(component: Uint8Array, folder: string, mode: Mode): Promise<void> {
  const options: Options = { asyncMode: 'jspi', asyncExports: ['wasi:http/handler#handle'] };
  const modules = await transpile(component, folder, mode === 'shared' ? options : { ...options, instantiation: 'async', map: versioned });
  const output = mode === 'shared' ? [everything] : freshEntry(modules);
  const shim = (name: string): string => `export * as ${name} from '@bytecodealliance/preview3-shim/${name}';`;
  await writeFile(join(folder, 'node.js'), [...output, ...['http', 'stream', 'future'].map(shim)].join('\n'));
  await writeFile(join(folder, 'page.js'), [...output, shim('http')].join('\n'));
}

/** Imports what was transpiled with `mode` shared. */
export async function importHandler(folder: string): Promise<SharedOutput> {
  const output = (await import(pathToFileURL(join(folder, 'node.js')).href)) as SharedOutput;
  await output.$init;
  return output;
}

/** `$init` is only there when importing the output does not wait for its instance. */
const everything = `export * from './component.js';`;

/** Both shims' interfaces are named in full, the 0.3 ones with their version, since that is how the output asks for them. */
function freshEntry(modules: readonly string[]): string[] {
  const shims = [
    ...['cli', 'clocks', 'filesystem', 'io', 'random', 'sockets'].map((name) => ['preview2', name, ''] as const),
    ...['cli', 'clocks', 'filesystem', 'http', 'random', 'sockets'].map((name) => ['preview3', name, '@0.3.0'] as const),
  ];
  return [
    `export { instantiate } from './component.js';`,
    `export const modules = ${JSON.stringify(modules)};`,
    ...shims.map(([shim, name]) => `import * as ${shim}_${name} from '@bytecodealliance/${shim}-shim/${name}';`),
    `export const shims = [${shims.map(([shim, name, version]) => `['wasi:${name}/', '${version}', ${shim}_${name}]`).join(', ')}];`,
  ];
}

/** Transpiles a component without WASI, to be given its imports. */
export async function transpilePlain(component: Uint8Array, folder: string): Promise<void> {
  const modules = await transpile(component, folder, { asyncMode: 'jspi', instantiation: 'async' });
  const entry = [`export { instantiate } from './component.js';`, `export const modules = ${JSON.stringify(modules)};`, 'export const shims = [];'].join('\n');
  await writeFile(join(folder, 'node.js'), entry);
  await writeFile(join(folder, 'page.js'), entry);
}

/** Transpiles a P2 handler as `jco serve` does; `node.js` gives it together with the server that command uses. */
export async function transpileServed(component: Uint8Array, folder: string): Promise<void> {
  await transpile(component, folder, {});
  const entry = [everything, `export { HTTPServer } from '@bytecodealliance/preview2-shim/http';`];
  await writeFile(join(folder, 'node.js'), entry.join('\n'));
}

/** Writes the output into a folder where it finds the shims that it imports by name, as an application would have them installed. */
async function transpile(component: Uint8Array, folder: string, options: Options): Promise<string[]> {
  const { transpileBytes } = await import('@bytecodealliance/jco-transpile');
  const { files } = await transpileBytes(component, { name: 'component', ...options });
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const installed = join(folder, 'node_modules/@bytecodealliance');
  await mkdir(installed, { recursive: true });
  const preview3 = packageDir(require.resolve('@bytecodealliance/preview3-shim'));
  const preview2 = packageDir(createRequire(join(preview3, 'package.json')).resolve('@bytecodealliance/preview2-shim'));
  await symlink(preview3, join(installed, 'preview3-shim'));
  await symlink(preview2, join(installed, 'preview2-shim'));
  return Object.keys(files).filter((name) => name.endsWith('.wasm'));
}

/** The folder of the package a file belongs to. */
function packageDir(file: string): string {
  const [, folder] = /^(.*[/\\]@bytecodealliance[/\\][^/\\]+)[/\\]/.exec(file) ?? [];
  if (folder === undefined) throw new Error(`${file} is in no package`);
  return folder;
}
