import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const rootDir: string = fileURLToPath(new URL('../../', import.meta.url));

/** A path in the repository. */
export function inRoot(...parts: string[]): string {
  return join(rootDir, ...parts);
}

/** A script that is measured in a process of its own. */
export function childScript(name: string): string {
  return inRoot('bench/children', `${name}.ts`);
}

/** A component to measure with. */
export interface Component {
  readonly name: string;
  readonly path: string;
  /** Its name and size, for a figure's label. */
  readonly label: string;
}

/** A guest from the repository; those are built by `npm run guests`. */
export function guest(name: string): Component {
  const path = inRoot('.cache/guests', `${name}.wasm`);
  if (!existsSync(path)) throw new Error(`there is no guest ${name}; build it with \`npm run guests\``);
  return { name, path, label: `${name} (${sizeOf(path)})` };
}

/** The 3 MB service in Rust of the WASI test suite, if the variable `WASI_TESTSUITE` names the folder it lies in. */
function rustService(): Component | undefined {
  const folder = process.env['WASI_TESTSUITE'];
  if (folder === undefined) return undefined;
  const path = resolve(folder, 'http-service.wasm');
  if (!existsSync(path)) throw new Error(`WASI_TESTSUITE names ${folder}, where there is no http-service.wasm`);
  return { name: 'rust', path, label: `Rust http-service (${sizeOf(path)})` };
}

/** The service in Rust, or the largest P3 guest in its place, which its label says. */
export function largeService(): Component {
  const rust = rustService();
  if (rust !== undefined) return rust;
  const small = guest('hello-p3');
  return { ...small, label: `${small.label}, for want of WASI_TESTSUITE` };
}

function sizeOf(path: string): string {
  const { size } = statSync(path);
  return size < 1e6 ? `${Math.round(size / 1e3)} KB` : `${(size / 1e6).toFixed(size < 1e7 ? 1 : 0)} MB`;
}
