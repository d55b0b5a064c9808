import { FileError } from '../../core/ports/files.ts';

/** The bytes that all files of a tree may take together. */
export class Quota {
  readonly limit: number;
  #used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }
  get used(): number {
    return this.#used;
  }
  /** Takes `amount` more, or gives it back if negative. */
  charge(amount: number): void {
    if (amount > 0 && this.#used + amount > this.limit) throw new FileError('insufficient-space');
    this.#used += amount;
  }
}

const pageSize = 16_384;

/**
 * A file's bytes in pages. Nothing is copied when a file grows, save the first page, which doubles until it is a whole one; pages that nobody
 * wrote do not exist and read as zeros, so a file may be far larger than what it takes. The first page counts by the byte, others whole.
 */
export class PagedBytes {
  readonly #quota: Quota;
  readonly #pages = new Map<number, Uint8Array>();
  /** How much of the first page is counted. */
  #firstUsed = 0;
  #size = 0;

  constructor(quota: Quota) {
    this.#quota = quota;
  }
  get size(): number {
    return this.#size;
  }

  /** A copy of up to `max` bytes. */
  read(max: number, offset: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(max, this.#size - offset)));
    for (let done = 0; done < bytes.length;) {
      const index = Math.floor((offset + done) / pageSize);
      const start = (offset + done) % pageSize;
      const length = Math.min(pageSize - start, bytes.length - done);
      const page = this.#pages.get(index);
      if (page !== undefined) bytes.set(page.subarray(start, start + length), done);
      done += length;
    }
    return bytes;
  }

  /** All of the bytes or, if the quota does not allow it, none. */
  write(bytes: Uint8Array, offset: number): void {
    this.#reserve(offset, offset + bytes.length);
    for (let done = 0; done < bytes.length;) {
      const index = Math.floor((offset + done) / pageSize);
      const start = (offset + done) % pageSize;
      const length = Math.min(pageSize - start, bytes.length - done);
      this.#page(index, start + length).set(bytes.subarray(done, done + length), start);
      done += length;
    }
    this.#size = Math.max(this.#size, offset + bytes.length);
  }

  setSize(size: number): void {
    if (size < this.#size) this.#shrink(size);
    this.#size = size;
  }

  #reserve(start: number, end: number): void {
    const first = Math.floor(start / pageSize);
    const last = Math.floor((end - 1) / pageSize);
    const firstUsed = first === 0 ? Math.max(this.#firstUsed, Math.min(end, pageSize)) : this.#firstUsed;
    let cost = firstUsed - this.#firstUsed;
    for (let index = Math.max(first, 1); index <= last; index++) if (!this.#pages.has(index)) cost += pageSize;
    this.#quota.charge(cost);
    this.#firstUsed = firstUsed;
  }

  #page(index: number, needed: number): Uint8Array {
    const page = this.#pages.get(index);
    if (page !== undefined && page.length >= needed) return page;
    const wanted = index > 0 ? pageSize : Math.min(pageSize, Math.max(needed, 2 * (page?.length ?? 0)));
    const grown = new Uint8Array(wanted);
    if (page !== undefined) grown.set(page);
    this.#pages.set(index, grown);
    return grown;
  }

  #shrink(size: number): void {
    const kept = Math.ceil(size / pageSize);
    for (const index of this.#pages.keys()) {
      if (index < kept) continue;
      this.#pages.delete(index);
      if (index > 0) this.#quota.charge(-pageSize);
    }
    const used = Math.min(this.#firstUsed, size);
    this.#quota.charge(used - this.#firstUsed);
    this.#firstUsed = used;
    // What is cut off must read as zeros if the file grows again.
    if (size % pageSize !== 0) this.#pages.get(kept - 1)?.fill(0, size % pageSize);
  }
}
