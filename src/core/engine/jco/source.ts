import { HostlingError } from '../../errors.ts';
import type { Timers } from './scheduler.ts';

/** What a generated module asks of its surroundings, handed over for each instance. */
export interface Surroundings extends Timers {
  readonly console: { error(...parts: unknown[]): void; debug(...parts: unknown[]): void };
  readonly globalThis: { readonly WebAssembly: unknown };
}

/** The generated code's entry. */
export type Instantiate = (
  getCoreModule: (name: string) => WebAssembly.Module,
  imports: Readonly<Record<string, unknown>>,
) => Promise<Readonly<Record<string, unknown>>>;

/** The function whose source {@link toLoadable} makes. */
export type Load = (surroundings: Surroundings) => Instantiate;

const entry = 'export function instantiate(';
const exported = /^[ \t]*export (?=const |function |let |class )/gm;
const inlineModule = /new WebAssembly\.Module\(new Uint8Array\(\[([\s\S]*?)\]\)\)/g;

/**
 * Puts generated source into a function that takes its timers and console as parameters, so that each instance has its own, and moves core
 * modules that are written out as byte arrays to the other modules, because Workers refuse to compile at run time.
 */
export function toLoadable(generated: string): { source: string; inlineModules: Record<string, Uint8Array> } {
  if (!generated.includes(entry)) throw new HostlingError('prepare-failed', `the transpiler's output has no "${entry}…)"`);
  const inlineModules: Record<string, Uint8Array> = {};
  let count = 0;
  // Its address is only for fetching core modules when none are handed over, which they are.
  const body = generated
    .replace(exported, '')
    .replaceAll('import.meta.url', "''")
    .replace(inlineModule, (_whole, list: string) => {
      const name = `inline${count++}.wasm`;
      inlineModules[name] = Uint8Array.from(list.match(/0x[\da-f]+|\d+/gi) ?? [], Number);
      return `getCoreModule('${name}')`;
    });
  const source = `function load({ setTimeout, clearTimeout, setInterval, clearInterval, console, globalThis }) {\n${body}\nreturn instantiate;\n}`;
  return { source, inlineModules };
}
