import { trap } from '../trap.ts';

/** Handles are below 2^28, so that they fit beside a code in 32 bits. */
const mostHandles = 2 ** 28 - 1;

/**
 * The handle table of one component instance: resources, subtasks, stream and future ends, waitable sets and error contexts share its
 * numbers. 0 is never used; the number freed last is used first. (CanonicalABI, "Table State")
 */
export class HandleTable<T extends object> {
  readonly #entries: (T | undefined)[] = [undefined];
  readonly #free: number[] = [];
  #size = 0;
  readonly #limit: number;

  constructor(limit: number = mostHandles) {
    this.#limit = Math.min(limit, mostHandles);
  }

  /** How many handles are in use. */
  get size(): number {
    return this.#size;
  }

  add(entry: T): number {
    const freed = this.#free.pop();
    if (freed !== undefined) {
      this.#entries[freed] = entry;
      this.#size++;
      return freed;
    }
    if (this.#entries.length > this.#limit) trap(`the table of handles is full: ${this.#limit} are in use`);
    this.#size++;
    return this.#entries.push(entry) - 1;
  }

  has(handle: number): boolean {
    return this.#entries[handle] !== undefined;
  }

  get(handle: number): T {
    return this.#entries[handle] ?? trap(`unknown handle index ${handle}`);
  }

  remove(handle: number): T {
    const entry = this.get(handle);
    this.#entries[handle] = undefined;
    this.#free.push(handle);
    this.#size--;
    return entry;
  }

  /** Removes the entries for which this is so. */
  removeWhere(applies: (entry: T) => boolean): void {
    for (const [handle, entry] of this.#entries.entries()) if (entry !== undefined && applies(entry)) this.remove(handle);
  }

  /** Forgets all entries, and which numbers were used. */
  reset(): void {
    this.#size = 0;
    this.#entries.length = 1;
    this.#free.length = 0;
  }

  /** Every entry in use. */
  *entries(): Iterable<T> {
    for (const entry of this.#entries) if (entry !== undefined) yield entry;
  }
}
