import { Cursor } from '../binary/cursor.ts';
import { hasMaximum, isLong, readMemoryType } from './limits.ts';
import { concat, leb } from './write.ts';

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
    return concat([module.subarray(0, start), Uint8Array.from(section), module.subarray(content.end)]);
  }
  return module;
}

function memoryType(section: Cursor, maximumOf: (type: MemoryType) => number | undefined): number[] {
  const { flags, min, max: given, pageSize } = readMemoryType(section);
  const bytes = pageSize === undefined ? pageBytes : 2 ** pageSize;
  // Without a maximum a memory ends where its indices do.
  const max = maximumOf({ min, max: given ?? ((flags & isLong) === 0 ? 2 ** 32 / bytes : undefined), pageBytes: bytes });
  const rest = pageSize === undefined ? [] : leb(pageSize);
  return max === undefined ? [flags & ~hasMaximum, ...leb(min), ...rest] : [flags | hasMaximum, ...leb(min), ...leb(max), ...rest];
}
