import { HostlingError } from '../../core/errors.ts';
import type { CodeLoader } from '../../core/ports/code.ts';

/** The smallest module there is: nothing but a policy refuses it. */
const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/**
 * Compiles modules with the runtime and loads generated code as a module of a Blob address. A page's policy allows the one with
 * `script-src 'self' 'wasm-unsafe-eval'`; the other, which jco's engine alone needs, takes `blob:` too.
 */
export const code: CodeLoader = Object.freeze({
  async compile(bytes: Uint8Array) {
    try {
      return await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
    } catch (failure) {
      if (compiles()) throw failure;
      throw refused("WebAssembly; add 'wasm-unsafe-eval' to its script-src", failure);
    }
  },
  async evaluate(source: string, name: string): Promise<unknown> {
    const url = URL.createObjectURL(new Blob([`export default (${source});\n//# sourceURL=${name}\n`], { type: 'text/javascript' }));
    try {
      const module = (await import(/* @vite-ignore */ url)) as { default: unknown };
      return module.default;
    } catch (failure) {
      // What cannot be read as JavaScript is a SyntaxError, and evaluating a function throws nothing: the address was not loaded.
      if (!(failure instanceof TypeError)) throw failure;
      throw refused("the code that jco's engine generates; add blob: to its script-src, or take hostling's own engine, which needs no such thing", failure);
    } finally {
      URL.revokeObjectURL(url);
    }
  },
});

function compiles(): boolean {
  try {
    new WebAssembly.Module(emptyModule);
    return true;
  } catch {
    return false;
  }
}

function refused(what: string, cause: unknown): HostlingError {
  return new HostlingError('runtime-unsupported', `the Content-Security-Policy of this page refuses ${what}`, { cause });
}
