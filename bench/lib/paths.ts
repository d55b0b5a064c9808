import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
export function guest(name: string, size: string): Component {
  const path = inRoot('.cache/guests', `${name}.wasm`);
  if (!existsSync(path)) throw new Error(`there is no guest ${name}; build it with \`npm run guests\``);
  return { name, path, label: `${name} (${size})` };
}

/** The 3 MB service in Rust of the WASI test suite, if the variable `WASI_TESTSUITE` names the folder it lies in. */
export function rustService(): Component | undefined {
  const folder = process.env['WASI_TESTSUITE'];
  if (folder === undefined) return undefined;
  const path = join(folder, 'http-service.wasm');
  if (!existsSync(path)) throw new Error(`WASI_TESTSUITE names ${folder}, where there is no http-service.wasm`);
  return { name: 'rust', path, label: 'Rust http-service (3.1 MB)' };
}

/** The service in Rust, or the largest P3 guest in its place, which its label says. */
export function largeService(): Component {
  const rust = rustService();
  if (rust !== undefined) return rust;
  const small = guest('hello-p3', '1.2 MB');
  return { ...small, label: `${small.label}, for want of WASI_TESTSUITE` };
}

/** The one asked for by name, or the first. */
export function choose(components: readonly Component[], name: string | undefined): Component {
  const found = name === undefined ? components[0] : components.find((component) => component.name === name);
  if (found === undefined) throw new Error(`this row has no component ${name}; it has ${components.map((component) => component.name).join(', ')}`);
  return found;
}
