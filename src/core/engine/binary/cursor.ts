import { HostlingError } from '../../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a component's bytes front to back; every read is checked, and a failure says at which byte and what was expected. */
export class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

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

  /** An unsigned LEB128 number below 2^32. */
  u32(what: string): number {
    const start = this.at;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8(what);
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return value < 2 ** 32 ? value : this.fail(`${what} below 2^32`, start);
    }
    return this.fail(`${what} as LEB128 of at most 5 bytes`, start);
  }

  /** A signed LEB128 number of 33 bits, as type references use. */
  s33(what: string): number {
    const start = this.at;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8(what);
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return (byte & 0x40) !== 0 ? value - 2 ** (shift + 7) : value;
    }
    return this.fail(`${what} as LEB128 of at most 5 bytes`, start);
  }

  name(what: string): string {
    const length = this.u32(`length of ${what}`);
    const start = this.at;
    if (length > this.end - start) return this.fail(`${what} of ${length} bytes, found the end`);
    this.at += length;
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

  /** A part of the given size as a cursor of its own; this one goes on behind it. */
  part(size: number, what: string): Cursor {
    if (size > this.end - this.at) this.fail(`${what} of ${size} bytes, found the end after ${this.end - this.at}`);
    const start = this.at;
    this.at += size;
    return new Cursor(this.bytes, start, this.at);
  }
}
