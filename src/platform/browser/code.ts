import type { CodeLoader } from '../../core/ports/code.ts';

/**
 * Compiles modules with the runtime and loads generated code as a module of a Blob address, which a page's policy allows with
 * `script-src 'self' 'wasm-unsafe-eval' blob:`.
 */
export const code: CodeLoader = Object.freeze({
  compile: (bytes: Uint8Array) => WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>),
  async evaluate(source: string, name: string): Promise<unknown> {
    const url = URL.createObjectURL(new Blob([`export default (${source});\n//# sourceURL=${name}\n`], { type: 'text/javascript' }));
    try {
      const module = (await import(/* @vite-ignore */ url)) as { default: unknown };
      return module.default;
    } finally {
      URL.revokeObjectURL(url);
    }
  },
});
