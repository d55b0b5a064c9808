import { HostlingError } from '../../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How deep components and their types may nest, so that no input exhausts the stack. */
const maximumDepth = 100;

/** Refuses a component that can be read but breaks a rule of validation. */
export function invalid(at: number, problem: string): never {
  throw new HostlingError('invalid-component', `invalid component at byte ${at}: ${problem}`);
}

/** Reads a component's bytes front to back; every read is checked, and a failure says at which byte and what was expected. */
export class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  #depth = 0;

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  fail(expected: string, at: number = this.at): never {
    throw new HostlingError('invalid-component', `malformed component at byte ${at}: expected ${expected}`);
  }

  u8(what: string): number {
    const byte = this.at < this.end ? this.bytes[this.at] : undefined;
    if (byte === undefined) return this.fail(`${what}, found the end`);
    this.at++;
    return byte;
  }

  /** A byte that can only have one value. */
  literal(value: number, what: string): void {
    if (this.u8(what) !== value) this.fail(`${what} (0x${value.toString(16).padStart(2, '0')})`, this.at - 1);
  }

  /** A byte that is 0 or 1. */
  flag(what: string): boolean {
    const byte = this.u8(what);
    return byte === 1 || (byte === 0 ? false : this.fail(`${what}, 0 or 1`, this.at - 1));
  }

  /** An unsigned LEB128 number below 2^32. */
  u32(what: string): number {
    const start = this.at;
    const first = this.u8(what);
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.u8(what);
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return value < 2 ** 32 ? value : this.fail(`${what} below 2^32`, start);
    }
    return this.fail(`${what} as LEB128 of at most 5 bytes`, start);
  }

  /** An unsigned LEB128 number below 2^64. */
  u64(what: string): bigint {
    const start = this.at;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.u8(what);
      value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value < 1n << 64n ? value : this.fail(`${what} below 2^64`, start);
    }
    return this.fail(`${what} as LEB128 of at most 10 bytes`, start);
  }

  /** A signed LEB128 number of 33 bits, as type references use. */
  s33(what: string): number {
    const start = this.at;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8(what);
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) !== 0) continue;
      if ((byte & 0x40) !== 0) value -= 2 ** (shift + 7);
      return value >= -(2 ** 32) && value < 2 ** 32 ? value : this.fail(`${what} of 33 bits`, start);
    }
    return this.fail(`${what} as LEB128 of at most 5 bytes`, start);
  }

  name(what: string): string {
    const length = this.u32(`length of ${what}`);
    const start = this.at;
    if (length > this.end - start) return this.fail(`${what} of ${length} bytes, found the end`);
    this.at += length;
    // For short names this is faster than the decoder.
    if (length < 64 && this.#isAscii(start)) return String.fromCharCode.apply(null, this.bytes.subarray(start, this.at) as unknown as number[]);
    try {
      return utf8.decode(this.bytes.subarray(start, this.at));
    } catch {
      return this.fail(`${what} in UTF-8`, start);
    }
  }

  /** Calls `item` as often as the count that comes first says. */
  vec(what: string, item: (index: number) => void): void {
    const count = this.u32(`count of ${what}`);
    // Each item takes a byte at least, so a larger count cannot be true.
    if (count > this.end - this.at) this.fail(`${count} × ${what}, found the end`);
    for (let index = 0; index < count; index++) item(index);
  }

  /** The items of a vector. */
  list<T>(what: string, item: () => T): T[] {
    const items: T[] = [];
    this.vec(what, () => items.push(item()));
    return items;
  }

  /** Reads something that may contain itself. */
  nested<T>(what: string, read: () => T): T {
    if (++this.#depth > maximumDepth) this.fail(`at most ${maximumDepth} levels of nesting at ${what}`);
    const result = read();
    this.#depth--;
    return result;
  }

  /** A part of the given size as a cursor of its own; this one goes on behind it. */
  part(size: number, what: string): Cursor {
    if (size > this.end - this.at) this.fail(`${what} of ${size} bytes, found the end after ${this.end - this.at}`);
    const start = this.at;
    this.at += size;
    const part = new Cursor(this.bytes, start, this.at);
    part.#depth = this.#depth;
    return part;
  }

  #isAscii(start: number): boolean {
    for (let at = start; at < this.at; at++) if ((this.bytes[at] ?? 0x80) > 0x7f) return false;
    return true;
  }
}
