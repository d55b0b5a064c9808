import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { inRoot } from './paths.ts';

/** Bytes of some files as they are, and as a server may send them. */
export interface Size {
  readonly raw: number;
  readonly gzip: number;
  readonly brotli: number;
}

/** What a page downloads that uses the host. */
export interface PageSizes {
  /** What comes with the page. */
  readonly host: Size;
  /** What comes when the first component is prepared: the transpiler with its WebAssembly. */
  readonly transpiler: Size;
}

const page = `import { createHost } from ${JSON.stringify(inRoot('dist/platform/browser/index.js'))};
const host = await createHost();
document.body.textContent = (await host.start({ component: '/hello.wasm' })).name;
`;

const transpilerPackage = /[/\\]@bytecodealliance[/\\]jco-transpile[/\\]/;

/**
 * Builds a small page in a folder and measures what it is made of.
 * @throws if the page cannot be had without the transpiler
 */
export async function buildPage(folder: string): Promise<PageSizes> {
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
  const host = closure(all.filter((chunk) => chunk.isEntry));
  const holdsTranspiler = (chunk: Rolldown.OutputChunk): boolean => chunk.moduleIds.some((id) => transpilerPackage.test(id));
  if ([...host].some(holdsTranspiler)) throw new Error('the transpiler is part of what every page loads; it must be in a chunk of its own');
  const transpiler = [...closure(all.filter(holdsTranspiler))].filter((chunk) => !host.has(chunk));
  if (transpiler.length === 0) throw new Error('the page was built without the transpiler');
  const assets = output.filter((file) => file.type === 'asset' && file.fileName.endsWith('.wasm')).map((file) => file.fileName);
  const named = (files: Iterable<{ fileName: string }>): string[] => [...files].map(({ fileName }) => fileName);
  return { host: await sizeOf(outDir, named(host)), transpiler: await sizeOf(outDir, [...named(transpiler), ...assets]) };
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
