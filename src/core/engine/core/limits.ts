import type { Cursor } from '../binary/cursor.ts';

/** How large a memory or a table is, in pages or entries. */
export interface CoreLimits {
  readonly flags: number;
  readonly min: number;
  readonly max: number | undefined;
}

/** Flags of limits: there is a maximum, indices have 64 bits, pages have a size of their own. */
export const hasMaximum = 1;
export const isLong = 4;
export const hasPageSize = 8;

/** Reads the limits of a memory or a table (core specification, 5.3.8 limits). */
export function readLimits(section: Cursor): CoreLimits {
  const flags = section.u8('limits');
  const min = limit(section);
  return { flags, min, max: (flags & hasMaximum) === 0 ? undefined : limit(section) };
}

/** Reads a memory's type: its limits, and the exponent of its pages' size when it has one of its own. */
export function readMemoryType(section: Cursor): CoreLimits & { readonly pageSize: number | undefined } {
  const limits = readLimits(section);
  return { ...limits, pageSize: (limits.flags & hasPageSize) === 0 ? undefined : section.u32('a page size') };
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
