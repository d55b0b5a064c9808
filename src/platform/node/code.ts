import { Script } from 'node:vm';
import type { CodeLoader } from '../../core/ports/code.ts';

/** Compiles modules with the runtime and evaluates generated code as a script, which is collected with the last function made of it. */
export const code: CodeLoader = Object.freeze({
  compile: (bytes: Uint8Array) => WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>),
  evaluate: async (source: string, name: string): Promise<unknown> => new Script(`(${source})`, { filename: name }).runInThisContext(),
});
