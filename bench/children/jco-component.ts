import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** `shared`: importing the output gives an instance. `fresh`: it gives a function that makes instances (`--instantiation async`). */
export type Mode = 'shared' | 'fresh';

const require = createRequire(import.meta.url);

/** Keeps the 0.3 interfaces apart from those of 0.2 that have the same name. */
const versioned = Object.fromEntries(
  ['cli', 'clocks', 'filesystem', 'http', 'random', 'sockets'].map((name) => [`wasi:${name}/*@0.3.0`, `wasi:${name}/*@0.3.0`]),
);

/**
 * Transpiles a component into a folder as `jco transpile --async-mode jspi --async-exports wasi:http/handler#handle` does, which is also how
 * jco's own tests make the handlers they call.
 */
export async function transpileWithJco(component: Uint8Array, folder: string, mode: Mode): Promise<void> {
  const { transpileBytes } = await import('@bytecodealliance/jco-transpile');
  const options = { name: 'component', asyncMode: 'jspi', asyncExports: ['wasi:http/handler#handle'] } as const;
  const { files } = await transpileBytes(component, {
    ...options,
    asyncExports: [...options.asyncExports],
    ...(mode === 'fresh' ? { instantiation: 'async', map: versioned } : {}),
  });
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  // The shims the output imports by name, as an application would have them installed.
  const installed = join(folder, 'node_modules/@bytecodealliance');
  await mkdir(installed, { recursive: true });
  const preview3 = packageDir(require.resolve('@bytecodealliance/preview3-shim'));
  const preview2 = packageDir(createRequire(join(preview3, 'package.json')).resolve('@bytecodealliance/preview2-shim'));
  await symlink(preview3, join(installed, 'preview3-shim'));
  await symlink(preview2, join(installed, 'preview2-shim'));
}

/** The folder of the package a file belongs to. */
function packageDir(file: string): string {
  const [, folder] = /^(.*[/\\]@bytecodealliance[/\\][^/\\]+)[/\\]/.exec(file) ?? [];
  if (folder === undefined) throw new Error(`${file} is in no package`);
  return folder;
}

/** What a `wasi:http/handler` 0.3 component exports, as jco makes it. */
export interface Handler {
  handle(request: unknown): Promise<unknown>;
}

/** Imports what was transpiled with `mode` shared: one instance for all calls, which is how stock output comes. */
export async function importShared(folder: string): Promise<Handler> {
  const module = (await import(pathToFileURL(join(folder, 'component.js')).href)) as { handler: Handler; $init?: Promise<void> };
  await module.$init;
  return module.handler;
}

interface Instantiable {
  instantiate(getCoreModule: (name: string) => WebAssembly.Module, imports: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
}

/** Imports what was transpiled with `mode` fresh, compiles its core modules and answers what makes instances. */
export async function importFresh(folder: string): Promise<() => Promise<Handler>> {
  const module = (await import(pathToFileURL(join(folder, 'component.js')).href)) as Instantiable;
  const names = (await readdir(folder)).filter((name) => name.endsWith('.wasm'));
  const modules = new Map(await Promise.all(names.map(async (name) => [name, await WebAssembly.compile(await readFile(join(folder, name)))] as const)));
  const imports = await shimImports();
  const getCoreModule = (name: string): WebAssembly.Module => modules.get(name)!;
  return async () => (await module.instantiate(getCoreModule, imports))['handler'] as Handler;
}

/** Both shims' interfaces by their full names, where the 0.3 ones come with their version: that is how {@link transpileWithJco} maps them. */
async function shimImports(): Promise<Record<string, unknown>> {
  const imports: Record<string, unknown> = {};
  const add = (shim: Readonly<Record<string, unknown>>, packageName: string, version: string): void => {
    for (const [name, implementation] of Object.entries(shim)) {
      imports[`wasi:${packageName}/${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}${version}`] = implementation;
    }
  };
  const preview2 = createRequire(require.resolve('@bytecodealliance/preview3-shim'));
  for (const name of ['cli', 'clocks', 'filesystem', 'io', 'random', 'sockets']) {
    add((await import(pathToFileURL(preview2.resolve(`@bytecodealliance/preview2-shim/${name}`)).href)) as Record<string, unknown>, name, '');
  }
  for (const name of ['cli', 'clocks', 'filesystem', 'random', 'sockets']) {
    add((await import(`@bytecodealliance/preview3-shim/${name}`)) as Record<string, unknown>, name, '@0.3.0');
  }
  const { client, handler, types } = (await import('@bytecodealliance/preview3-shim/http')) as unknown as Record<string, unknown>;
  add({ client, handler, types }, 'http', '@0.3.0');
  return imports;
}

/**
 * Makes what calls a handler: with a request of preview3-shim made as the shim's own HTTP server makes it, and the response's body read the
 * way that server reads it.
 */
export async function createCaller(): Promise<(handler: Handler) => Promise<void>> {
  const [{ Request, Response, Fields }, { StreamReader, readableByteStreamFromReader }, { future }] = await Promise.all([
    import('@bytecodealliance/preview3-shim/http'),
    import('@bytecodealliance/preview3-shim/stream'),
    import('@bytecodealliance/preview3-shim/future'),
  ]);
  return async (handler) => {
    const sent = future();
    await sent.tx.write({ tag: 'ok', val: null });
    const [request] = Request.new(new Fields(), new StreamReader([]), sent.rx, null);
    request.setMethod({ tag: 'get' });
    request.setScheme({ tag: 'HTTP' });
    request.setAuthority('bench.example');
    request.setPathWithQuery('/');
    const response = (await handler.handle(request)) as InstanceType<typeof Response>;
    const status = response.getStatusCode();
    const received = future();
    const [body, trailers] = Response.consumeBody(response, received.rx);
    let length = 0;
    for await (const chunk of readableByteStreamFromReader(body)) length += chunk.length;
    // Without these two the guest's task never ends, and every call takes longer than the one before.
    await received.tx.write({ tag: 'ok', val: undefined });
    await trailers.read();
    if (status !== 200 || length === 0) throw new Error(`the guest answered with status ${status} and ${length} bytes`);
  };
}
