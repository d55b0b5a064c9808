import { memoryType } from '../binary/core-types.ts';
import { Cursor } from '../binary/cursor.ts';
import { concat } from '../concat.ts';
import { leb } from './write.ts';

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
 * A core module whose memories can grow by so many bytes at the most: `memory.grow` answers -1 in the guest then. Everything else is as it was.
 * @param spareOf how many bytes a memory may have besides those it begins with
 */
export function capMemories(module: Uint8Array, spareOf: (beginsWith: number) => number): Uint8Array {
  return rewriteMemories(module, ({ min, max, pageBytes }) =>
    Math.min(max ?? Number.POSITIVE_INFINITY, min + Math.floor(spareOf(min * pageBytes) / pageBytes)),
  );
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
      body.push(...limited(content, maximumOf));
    });
    const written = [...leb(count), ...body];
    const section = [5, ...leb(written.length), ...written];
    return concat([module.subarray(0, start), Uint8Array.from(section), module.subarray(content.end)]);
  }
  return module;
}

/** Flags of limits: there is a maximum, the memory is shared, its indices have 64 bits, its pages a size of their own. */
const flag = { maximum: 1, shared: 2, long: 4, pageSize: 8 };

function limited(section: Cursor, maximumOf: (type: MemoryType) => number | undefined): number[] {
  const type = memoryType(section);
  if (type.kind !== 'memory') return section.fail('a memory');
  const { min, max: given, shared, is64, pageSize } = type.limits;
  const pageBytes = 2 ** pageSize;
  // Without a maximum a memory ends where its indices do.
  const max = maximumOf({ min, max: given ?? (is64 ? undefined : 2 ** 32 / pageBytes), pageBytes });
  const isCustom = pageSize !== 16;
  const flags = (max === undefined ? 0 : flag.maximum) | (shared ? flag.shared : 0) | (is64 ? flag.long : 0) | (isCustom ? flag.pageSize : 0);
  return [flags, ...leb(min), ...(max === undefined ? [] : leb(max)), ...(isCustom ? leb(pageSize) : [])];
}
