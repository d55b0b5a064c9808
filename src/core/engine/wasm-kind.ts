import { HostlingError } from '../errors.ts';

/** What the first bytes say that a file is. */
export type WasmKind = 'component' | 'core-module';

/**
 * Tells a component from a core module by its first eight bytes.
 * @throws HostlingError `not-wasm`, or `invalid-component` when the file ends before the eighth byte
 */
export function wasmKind(bytes: Uint8Array): WasmKind {
  const magic = [0x00, 0x61, 0x73, 0x6d];
  if (magic.some((byte, index) => index < bytes.length && bytes[index] !== byte) || bytes.length === 0) {
    throw new HostlingError('not-wasm', 'not WebAssembly: the file does not begin with the bytes "\\0asm"');
  }
  if (bytes.length < 8) throw new HostlingError('invalid-component', `truncated: the file ends after ${bytes.length} bytes`);
  const [version, versionHigh, layer, layerHigh] = bytes.subarray(4, 8);
  if (layer === 1 && version === 0x0d && versionHigh === 0 && layerHigh === 0) return 'component';
  if (layer === 0 && version === 1 && versionHigh === 0 && layerHigh === 0) return 'core-module';
  throw new HostlingError('invalid-component', `unknown WebAssembly version ${version} at layer ${layer}; a component has version 13, layer 1`);
}

/** Refuses everything that does not begin as a component does. */
export function requireComponent(bytes: Uint8Array): void {
  if (wasmKind(bytes) === 'component') return;
  throw new HostlingError('core-module', 'a core WebAssembly module, not a component; build it for wasm32-wasip2, or wrap it with `wasm-tools component new`');
}
