import { Cursor } from '../binary/cursor.ts';

const pageBytes = 65_536;

/** The memories that a core module defines: how many, and how many bytes they begin with all together. */
export interface MemoryNeed {
  readonly count: number;
  readonly bytes: number;
}

/** Reads what memories a core module defines; imported ones are somebody else's. */
export function memoryNeed(module: Uint8Array): MemoryNeed {
  const need = { count: 0, bytes: 0 };
  rewriteMemories(module, (type) => {
    need.count++;
    need.bytes += type.min * type.pageBytes;
    return type.max;
  });
  return need;
}

/**
 * A core module whose memories cannot grow by more than `spareBytes` each: `memory.grow` answers -1 in the guest then. Everything else is as it
 * was.
 */
export function capMemories(module: Uint8Array, spareBytes: number): Uint8Array {
  return rewriteMemories(module, ({ min, max, pageBytes: page }) => Math.min(max ?? Number.POSITIVE_INFINITY, min + Math.floor(spareBytes / page)));
}

interface MemoryType {
  /** In pages. */
  readonly min: number;
  readonly max: number | undefined;
  readonly pageBytes: number;
}

/** Gives every memory that the module defines another maximum, in pages. */
function rewriteMemories(module: Uint8Array, maximumOf: (type: MemoryType) => number | undefined): Uint8Array {
  const cursor = new Cursor(module, 8);
  while (!cursor.done) {
    const start = cursor.at;
    const id = cursor.u8('a section');
    const content = cursor.part(cursor.u32('the size of a section'), `section ${id}`);
    if (id !== 5) continue;
    const body: number[] = [];
    let count = 0;
    content.vec('memory', () => {
      count++;
      body.push(...memoryType(content, maximumOf));
    });
    const written = [...leb(count), ...body];
    const section = [5, ...leb(written.length), ...written];
    const capped = new Uint8Array(module.length - (content.end - start) + section.length);
    capped.set(module.subarray(0, start));
    capped.set(section, start);
    capped.set(module.subarray(content.end), start + section.length);
    return capped;
  }
  return module;
}

/** Flags of a memory's limits: it has a maximum, its indices are of 64 bits, its pages have a size of their own. */
const hasMaximum = 1;
const isLong = 4;
const hasPageSize = 8;

function memoryType(section: Cursor, maximumOf: (type: MemoryType) => number | undefined): number[] {
  const flags = section.u8('limits');
  const min = limit(section);
  const given = (flags & hasMaximum) === 0 ? undefined : limit(section);
  const size = (flags & hasPageSize) === 0 ? undefined : section.u32('a page size');
  // Without a maximum a memory ends where its indices do.
  const most = (flags & isLong) === 0 ? 2 ** 32 / (size === undefined ? pageBytes : 2 ** size) : undefined;
  const max = maximumOf({ min, max: given ?? most, pageBytes: size === undefined ? pageBytes : 2 ** size });
  const rest = size === undefined ? [] : leb(size);
  return max === undefined ? [flags & ~hasMaximum, ...leb(min), ...rest] : [flags | hasMaximum, ...leb(min), ...leb(max), ...rest];
}

/** A limit, which may have 64 bits; exact below 2^53. */
function limit(section: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = section.u8('a limit');
    value += (byte & 0x7f) * 2 ** shift;
    if ((byte & 0x80) === 0) return value;
  }
  return section.fail('a limit as LEB128');
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value === 0 ? low : low + 128);
  } while (value !== 0);
  return bytes;
}
