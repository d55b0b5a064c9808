/** Tests for Preview 1 are core modules: they become components as hostling on Node makes them, for the platforms that take no core modules too. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { inRoot } from '../../scripts/lib/root.ts';
import { type AdapterKind, adaptPreview1 } from '../../src/core/engine/jco/preview1.ts';

const adapter = (kind: AdapterKind): Promise<Uint8Array> => readFile(inRoot(`node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1.${kind}.wasm`));

async function componentNew(core: Uint8Array, adapters: [string, Uint8Array][]): Promise<Uint8Array> {
  const tools = await import('@bytecodealliance/jco-transpile/wasm-tools');
  return new Uint8Array(await tools.componentNew(core, adapters));
}

/** Makes a component of a Preview 1 module; a component comes back as it is. */
export function adapt(module: Uint8Array): Promise<Uint8Array> {
  return adaptPreview1(module, async () => ({ componentNew, adapter }));
}

/** Makes a component of a module that has its world in it, and may use Preview 1 besides. */
export async function componentOf(module: Uint8Array): Promise<Uint8Array> {
  return componentNew(module, [['wasi_snapshot_preview1', await adapter('reactor')]]);
}

/** Files of components, for those of tests. */
export interface Components extends AsyncDisposable {
  /** The file itself if it is a component; else one with what becomes of it. */
  fileOf(wasm: string): Promise<string>;
}

/** Keeps what it makes in a temporary folder. */
export async function componentFiles(): Promise<Components> {
  const folder = await mkdtemp(join(tmpdir(), 'wasi-testsuite-preview1-'));
  return {
    async fileOf(wasm) {
      const bytes = await readFile(wasm);
      const component = await adapt(bytes);
      if (component === bytes) return wasm;
      const file = join(folder, basename(wasm));
      await writeFile(file, component);
      return file;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
