import { readFile } from 'node:fs/promises';
import type { AdapterKind, Preview1Tools } from '../../core/engine/jco/preview1.ts';

/** The adapters lie in the package beside this code, put there by its build. */
const adapters = new URL('../../adapters/', import.meta.url);

/** Loads the tool that wraps Preview 1 modules; only those who have one pay for it. */
export async function loadPreview1Tools(): Promise<Preview1Tools> {
  const { componentNew } = await import('@bytecodealliance/jco-transpile/wasm-tools');
  return {
    componentNew: async (core, given) => new Uint8Array(await componentNew(core, given)),
    adapter: async (kind: AdapterKind) => new Uint8Array(await readFile(new URL(`wasi_snapshot_preview1.${kind}.wasm`, adapters))),
  };
}
