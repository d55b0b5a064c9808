import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build as buildScript } from 'esbuild';
import { build, type Rolldown } from 'vite';
import { inRoot } from './paths.ts';

/** Bytes of some files as they are, and as a server may send them. */
export interface Size {
  readonly raw: number;
  readonly gzip: number;
  readonly brotli: number;
}

/** What a page downloads. */
export interface Sizes extends PageSizes {
  /** The engine by itself with what it reads components with, for a page that has its own interfaces: part of the host. */
  readonly engine: Size;
}

interface PageSizes {
  /** What comes with a page that uses the host: enough for components that were prepared before. */
  readonly runner: Size;
  /** The same with what comes when the first component is read. */
  readonly host: Size;
  /** What comes when the first component is prepared by jco: the transpiler with its WebAssembly. */
  readonly transpiler: Size;
}

const page = `import { createHost } from ${JSON.stringify(inRoot('dist/platform/browser/index.js'))};
const host = await createHost();
document.body.textContent = (await host.start({ component: '/hello.wasm' })).name;
`;

/** Where the engine reads components. */
const readerModules = /[/\\]core[/\\]engine[/\\](prepare|inspect)\.js$/;
const transpilerPackage = /[/\\]@bytecodealliance[/\\]jco-transpile[/\\]/;

/**
 * Builds in a folder, and measures what was built.
 * @throws if the page cannot be had without the transpiler
 */
export async function measureSizes(folder: string): Promise<Sizes> {
  return { engine: await buildEngine(folder), ...(await buildPage(folder)) };
}

async function buildEngine(folder: string): Promise<Size> {
  await buildScript({
    entryPoints: [inRoot('dist/core/engine/component-engine.js')],
    outfile: join(folder, 'engine.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'esnext',
    logLevel: 'error',
  });
  return sizeOf(folder, ['engine.js']);
}

/** Builds a small page and finds what it is made of. */
async function buildPage(folder: string): Promise<PageSizes> {
  await writeFile(join(folder, 'page.js'), page);
  await writeFile(join(folder, 'index.html'), '<!doctype html><body><script type="module" src="./page.js"></script>');
  const outDir = join(folder, 'dist');
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    build: { outDir, target: 'esnext', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    worker: { format: 'es' },
  });
  const { output } = built as Rolldown.RolldownOutput;
  const chunks = new Map(output.filter((file) => file.type === 'chunk').map((chunk) => [chunk.fileName, chunk]));
  const closure = (from: readonly Rolldown.OutputChunk[], found = new Set<Rolldown.OutputChunk>()): Set<Rolldown.OutputChunk> => {
    for (const chunk of from) {
      if (found.has(chunk)) continue;
      found.add(chunk);
      closure(
        chunk.imports.flatMap((name) => chunks.get(name) ?? []),
        found,
      );
    }
    return found;
  };
  const all = [...chunks.values()];
  const runner = closure(all.filter((chunk) => chunk.isEntry));
  const reads = (chunk: Rolldown.OutputChunk): boolean => chunk.moduleIds.some((id) => readerModules.test(id));
  if ([...runner].some(reads)) throw new Error('what reads components is part of what every page loads; it must be in a chunk of its own');
  const host = new Set([...runner, ...closure(all.filter(reads))]);
  const holdsTranspiler = (chunk: Rolldown.OutputChunk): boolean => chunk.moduleIds.some((id) => transpilerPackage.test(id));
  if ([...host].some(holdsTranspiler)) throw new Error('the transpiler is part of what every page loads; it must be in a chunk of its own');
  const transpiler = [...closure(all.filter(holdsTranspiler))].filter((chunk) => !host.has(chunk));
  if (transpiler.length === 0) throw new Error('the page was built without the transpiler');
  const assets = output.filter((file) => file.type === 'asset' && file.fileName.endsWith('.wasm')).map((file) => file.fileName);
  const named = (files: Iterable<{ fileName: string }>): string[] => [...files].map(({ fileName }) => fileName);
  return {
    runner: await sizeOf(outDir, named(runner)),
    host: await sizeOf(outDir, named(host)),
    transpiler: await sizeOf(outDir, [...named(transpiler), ...assets]),
  };
}

async function sizeOf(folder: string, names: readonly string[]): Promise<Size> {
  const size = { raw: 0, gzip: 0, brotli: 0 };
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    size.raw += bytes.length;
    size.gzip += gzipSync(bytes, { level: 9 }).length;
    size.brotli += brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
  }
  return size;
}
