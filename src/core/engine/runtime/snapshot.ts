import type { ExposedState } from '../core/expose.ts';
import type { CoreExports } from './linkage.ts';

/** The parts of a core instance that hold state. */
interface Held {
  readonly memories: WebAssembly.Memory[];
  readonly tables: WebAssembly.Table[];
  readonly globals: WebAssembly.Global[];
}

/**
 * The state of one instance's core instances right after they were made: what a call finds that nobody called before. Memories are alike in
 * all instances of a component; tables and globals may refer to functions, which are each instance's own.
 */
export class Snapshot {
  readonly #images: Images;
  readonly #tables: unknown[][][];
  readonly #globals: unknown[][];

  constructor(held: readonly Held[], images: Images) {
    this.#images = images;
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
      memories.forEach((memory, index) => restoreImage(memory, this.#images[at]?.[index] ?? { size: 0, runs: [] }));
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

/** Finds the state of a core instance by its exports; tables only where code may change one. */
export function heldBy(exports: CoreExports, state: ExposedState, tablesChange: boolean): Held {
  return {
    memories: state.memories.map((name) => exports[name] as WebAssembly.Memory),
    tables: tablesChange ? state.tables.map((name) => exports[name] as WebAssembly.Table) : [],
    globals: state.globals.map((name) => exports[name] as WebAssembly.Global),
  };
}

/** A memory's contents: most of it is zero, so only the rest is kept. */
interface Image {
  readonly size: number;
  readonly runs: readonly { readonly at: number; readonly bytes: Uint8Array }[];
}

/** The contents of all memories, by core instance: the same for every instance of a component. */
export type Images = readonly (readonly Image[])[];

export function imagesOf(held: readonly Held[]): Images {
  return held.map(({ memories }) => memories.map(imageOf));
}

/** What is kept or left out at a time. */
const blockBytes = 4096;

function imageOf(memory: WebAssembly.Memory): Image {
  const size = memory.buffer.byteLength;
  const bytes = new Uint8Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  const isZero = (block: number): boolean => {
    const end = ((block + 1) * blockBytes) / 4;
    for (let at = (block * blockBytes) / 4; at < end; at++) if (words[at] !== 0) return false;
    return true;
  };
  const runs: { at: number; bytes: Uint8Array }[] = [];
  const blocks = size / blockBytes;
  for (let block = 0; block < blocks; block++) {
    if (isZero(block)) continue;
    const first = block;
    while (block < blocks && !isZero(block)) block++;
    runs.push({ at: first * blockBytes, bytes: bytes.slice(first * blockBytes, block * blockBytes) });
  }
  return { size, runs };
}

function restoreImage(memory: WebAssembly.Memory, { runs }: Image): void {
  const bytes = new Uint8Array(memory.buffer);
  let at = 0;
  for (const run of runs) {
    if (run.at > at) bytes.fill(0, at, run.at);
    bytes.set(run.bytes, run.at);
    at = run.at + run.bytes.length;
  }
  bytes.fill(0, at);
}

function entriesOf(table: WebAssembly.Table): unknown[] {
  return Array.from({ length: table.length }, (_entry, index) => table.get(index) as unknown);
}

export type { Held };
