import type { ExposedState } from '../core/expose.ts';
import type { CoreExports } from './linkage.ts';

/** The parts of a core instance that hold state. */
interface Held {
  readonly memories: WebAssembly.Memory[];
  readonly tables: WebAssembly.Table[];
  readonly globals: WebAssembly.Global[];
}

/** The state of core instances right after they were made: what a call finds that nobody called before. */
export class Snapshot {
  readonly #images: { readonly size: number; readonly bytes: Uint8Array }[][];
  readonly #tables: unknown[][][];
  readonly #globals: unknown[][];

  constructor(held: readonly Held[]) {
    this.#images = held.map(({ memories }) => memories.map(imageOf));
    this.#tables = held.map(({ tables }) => tables.map(entriesOf));
    this.#globals = held.map(({ globals }) => globals.map((global) => global.value));
  }

  /**
   * Brings core instances back to this state.
   * @returns false when they cannot be: a memory or table has grown, which nothing can take back
   */
  restore(held: readonly Held[]): boolean {
    const grown = held.some(
      ({ memories, tables }, at) =>
        memories.some((memory, index) => memory.buffer.byteLength !== this.#images[at]?.[index]?.size) ||
        tables.some((table, index) => table.length !== this.#tables[at]?.[index]?.length),
    );
    if (grown) return false;
    held.forEach(({ memories, tables, globals }, at) => {
      memories.forEach((memory, index) => {
        const image = this.#images[at]?.[index]?.bytes ?? new Uint8Array(0);
        const bytes = new Uint8Array(memory.buffer);
        bytes.set(image);
        bytes.fill(0, image.length);
      });
      tables.forEach((table, index) => {
        const entries = this.#tables[at]?.[index] ?? [];
        for (let entry = 0; entry < entries.length; entry++) if (table.get(entry) !== entries[entry]) table.set(entry, entries[entry]);
      });
      globals.forEach((global, index) => {
        global.value = this.#globals[at]?.[index];
      });
    });
    return true;
  }
}

/** Finds the state of a core instance by its exports. */
export function heldBy(exports: CoreExports, state: ExposedState): Held {
  return {
    memories: state.memories.map((name) => exports[name] as WebAssembly.Memory),
    tables: state.tables.map((name) => exports[name] as WebAssembly.Table),
    globals: state.globals.map((name) => exports[name] as WebAssembly.Global),
  };
}

/** The bytes up to the last that is not zero. */
function imageOf(memory: WebAssembly.Memory): { size: number; bytes: Uint8Array } {
  const words = new BigUint64Array(memory.buffer);
  let end = words.length;
  while (end > 0 && words[end - 1] === 0n) end--;
  return { size: memory.buffer.byteLength, bytes: new Uint8Array(memory.buffer).slice(0, end * 8) };
}

function entriesOf(table: WebAssembly.Table): unknown[] {
  return Array.from({ length: table.length }, (_entry, index) => table.get(index) as unknown);
}

export type { Held };
