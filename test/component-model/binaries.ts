import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Source } from './script/commands.ts';

/** Component text that the text parser refuses. */
export class ParserError extends Error {
  override readonly name = 'ParserError';
}

const folder = new URL('../../.cache/wast/', import.meta.url);
const require = createRequire(import.meta.url);

/** Makes bytes of component text. */
export interface Binaries {
  /** @throws ParserError */
  bytesOf(source: Source): Promise<Uint8Array>;
}

/** Keeps what it made on disk by the text's hash, so that the text parser is loaded only for what is new. */
export async function createBinaries(): Promise<Binaries> {
  const version = await parserVersion();
  await mkdir(folder, { recursive: true });
  return {
    async bytesOf(source) {
      if (source.kind === 'binary') return source.bytes;
      const key = createHash('sha256').update(`${version}\n${source.text}`).digest('hex').slice(0, 40);
      const [made, refused] = [new URL(`${key}.wasm`, folder), new URL(`${key}.refused`, folder)];
      const known = await readIfThere(made);
      if (known !== undefined) return known;
      const why = await readIfThere(refused);
      if (why !== undefined) throw new ParserError(new TextDecoder().decode(why));
      try {
        const bytes = await parseText(source.text);
        await writeWhole(made, bytes);
        return bytes;
      } catch (failure) {
        if (failure instanceof ParserError) await writeWhole(refused, new TextEncoder().encode(failure.message));
        throw failure;
      }
    },
  };
}

async function parseText(text: string): Promise<Uint8Array> {
  // Wasmtime's scripts have references without `core`, which the parser takes only then.
  process.env['WAST_STRICT_COMPONENT_INDICES'] = '0';
  const { parse } = await import('@bytecodealliance/jco-transpile/wasm-tools');
  try {
    return await parse(text);
  } catch (failure) {
    const message = failure instanceof Error ? failure.message : String(failure);
    const [, custom, kind] = /kind: (?:Custom\("((?:[^"\\]|\\.)*)"\)|(\w+)[ ({,}])(?!.*kind:)/s.exec(message) ?? [];
    throw new ParserError(custom?.replaceAll('\\"', '"') ?? kind ?? message, { cause: failure });
  }
}

/** The parser's own version: what another one made of a text is not found. */
async function parserVersion(): Promise<string> {
  const entry = require.resolve('@bytecodealliance/jco-transpile/wasm-tools');
  const description: { version: string } = JSON.parse(await readFile(entry.replace(/dist[\\/].*$/, 'package.json'), 'utf8'));
  return description.version;
}

async function readIfThere(file: URL): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(file));
  } catch {
    return undefined;
  }
}

/** Several processes may write the same file: each writes one of its own and renames it. */
async function writeWhole(file: URL, bytes: Uint8Array): Promise<void> {
  const own = new URL(`${file.href}.${process.pid}.${Math.random().toString(36).slice(2)}`);
  await writeFile(own, bytes);
  await rename(own, file);
}
