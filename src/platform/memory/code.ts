import type { CodeLoader } from '../../core/ports/code.ts';

/** Loads generated code as a module of a `data:` address, which every runtime that loads code at all takes, and keeps for good. */
export const code: CodeLoader = {
  compile: (bytes) => WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>),
  async evaluate(source, name) {
    const url = `data:text/javascript;charset=utf-8,${encodeURIComponent(`export default (${source});\n//# sourceURL=${name}\n`)}`;
    const module = (await import(/* @vite-ignore */ url)) as { default: unknown };
    return module.default;
  },
};
