import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** The bytes of some files, as they are and compressed file by file. */
export interface Sizes {
  readonly files: readonly string[];
  readonly bytes: number;
  readonly gzip: number;
  readonly brotli: number;
}

/** What a browser downloads for each part of the page. */
export interface PageSizes {
  /** hostling without the transpiler: enough for components that were prepared before. */
  readonly host: Sizes;
  /** What reads a component, loaded when the first one is prepared. */
  readonly reader: Sizes;
  /** JavaScript and WebAssembly that prepare a component for jco's engine, loaded when that is asked for. */
  readonly transpiler: Sizes;
  /** The page's own scripts and styles. */
  readonly page: Sizes;
}

/** One file as `sizes.json` keeps it, so that it is not compressed again while it stays the same. */
interface Measured {
  readonly sha256: string;
  readonly bytes: number;
  readonly gzip: number;
  readonly brotli: number;
}

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
}

type Manifest = Readonly<Record<string, Chunk>>;

/** What `sizes.json` holds. */
interface SizesFile extends PageSizes {
  readonly measured: Readonly<Record<string, Measured>>;
}

/** Where the sizes of a build lie, in its folder. */
export const sizesName = 'sizes.json';

/**
 * Measures a built page and writes `sizes.json` beside it. What `known`, the text of an earlier one, has of unchanged files is taken from
 * there: the transpiler alone takes brotli some seconds.
 */
export async function measurePage(directory: string, known?: string): Promise<PageSizes> {
  const manifest = JSON.parse(await readFile(join(directory, '.vite/manifest.json'), 'utf8')) as Manifest;
  const parts = partsOf(manifest);
  const before = known === undefined ? {} : ((JSON.parse(known) as Partial<SizesFile>).measured ?? {});
  const files = [...new Set(Object.values(parts).flat())];
  const measured = Object.fromEntries(await Promise.all(files.map(async (file) => [file, await measure(join(directory, file), before[file])] as const)));
  const sum = (names: readonly string[]): Sizes => {
    const total = (key: 'bytes' | 'gzip' | 'brotli'): number => names.reduce((all, name) => all + measured[name]![key], 0);
    return { files: names, bytes: total('bytes'), gzip: total('gzip'), brotli: total('brotli') };
  };
  const sizes: PageSizes = { host: sum(parts.host), reader: sum(parts.reader), transpiler: sum(parts.transpiler), page: sum(parts.page) };
  await writeFile(join(directory, sizesName), `${JSON.stringify({ ...sizes, measured } satisfies SizesFile, null, 2)}\n`);
  return sizes;
}

/** Sorts a build's files by what needs them; a file that two parts need counts for the first of them. */
function partsOf(manifest: Manifest): Record<keyof PageSizes, string[]> {
  const transpilerKey = Object.keys(manifest).find((key) => key.endsWith('/js-component-bindgen-component.js'));
  const hostKey = Object.keys(manifest).find((key) => transpilerKey !== undefined && manifest[key]!.dynamicImports?.includes(transpilerKey));
  if (transpilerKey === undefined || hostKey === undefined) throw new Error('the page was built without a chunk of its own for the transpiler');
  const counted = new Set<string>();
  const count = (...keys: string[]): string[] => {
    const files = keys.flatMap((key) => filesOf(manifest, key, counted));
    for (const file of files) counted.add(file);
    return [...new Set(files)];
  };
  const host = count(hostKey);
  const reader = count(...Object.keys(manifest).filter((key) => /\/engine\/(prepare|inspect)\.js$/.test(key)));
  if (reader.length === 0) throw new Error('the page was built without a chunk of its own for what reads components');
  const transpiler = count(transpilerKey);
  const page = Object.keys(manifest).flatMap((key) => filesOf(manifest, key, counted));
  return { host, reader, transpiler, page: [...new Set(page)] };
}

/** A chunk's file, those of its static imports, and what they name. */
function filesOf(manifest: Manifest, key: string, without: ReadonlySet<string>): string[] {
  const files = new Set<string>();
  const add = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined || files.has(chunk.file)) return;
    for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) files.add(file);
    for (const imported of chunk.imports ?? []) add(imported);
  };
  add(key);
  return [...files].filter((file) => !without.has(file));
}

async function measure(file: string, known: Measured | undefined): Promise<Measured> {
  const content = await readFile(file);
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (known?.sha256 === sha256) return known;
  const [gzipped, brotlied] = await Promise.all([
    promisify(gzip)(content, { level: 9 }),
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  ]);
  return { sha256, bytes: content.length, gzip: gzipped.length, brotli: brotlied.length };
}
