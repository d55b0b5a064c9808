import type { AbiContext } from './context.ts';
import { isLatin1, type Stored, writeLatin1, writeUtf16 } from './encode.ts';
import { allocate, reallocate, utf16Tag } from './pointers.ts';

/** How the guest that a string comes from had it; `tagged-utf16` is UTF-16 in a memory whose encoding is latin1+utf16. */
export type SourceEncoding = 'utf8' | 'utf16' | 'latin1' | 'tagged-utf16';

/**
 * A string on its way from one guest to another. How the second is asked for memory depends on how the first had it, since an adapter
 * between them reads and writes at once. CanonicalABI.md, "Storing".
 */
export class GuestString {
  readonly text: string;
  readonly encoding: SourceEncoding;
  /** Its length there: bytes, or UTF-16 code units. */
  readonly units: number;

  constructor(text: string, encoding: SourceEncoding, units: number) {
    this.text = text;
    this.encoding = encoding;
    this.units = units;
  }

  toString(): string {
    return this.text;
  }
}

const encoder = new TextEncoder();

/** Puts a guest's string into another guest's memory: CanonicalABI.md, `store_string_into_range`. */
export function storeGuestString(cx: AbiContext, source: GuestString): Stored {
  const { encoding } = source;
  switch (cx.encoding) {
    case 'utf8':
      if (encoding === 'utf8') return copyUtf8(cx, source);
      return growUtf8(cx, source, (encoding === 'latin1' ? 2 : 3) * source.units);
    case 'utf16':
      return encoding === 'utf8' ? shrinkUtf16(cx, source) : copyUtf16(cx, source);
    default:
      if (encoding === 'latin1') return copyLatin1(cx, source);
      return encoding === 'tagged-utf16' ? narrowUtf16(cx, source) : widenLatin1(cx, source);
  }
}

function copyUtf8(cx: AbiContext, { text, units }: GuestString): Stored {
  const pointer = allocate(cx, 1, units, 'string');
  encoder.encodeInto(text, cx.memory.bytes.subarray(pointer, pointer + units));
  return { pointer, length: units };
}

function copyUtf16(cx: AbiContext, { text, units }: GuestString): Stored {
  const pointer = allocate(cx, 2, 2 * units, 'string');
  writeUtf16(cx.memory.bytes, text, pointer);
  return { pointer, length: units };
}

function copyLatin1(cx: AbiContext, { text, units }: GuestString): Stored {
  const pointer = allocate(cx, 2, units, 'string');
  writeLatin1(cx.memory.bytes, text, pointer);
  return { pointer, length: units };
}

/** `store_string_to_utf8`: one byte for each unit until one needs more, then the worst case, then the size it has. */
function growUtf8(cx: AbiContext, { text, units }: GuestString, worst: number): Stored {
  let pointer = allocate(cx, 1, units, 'string');
  let ascii = 0;
  while (ascii < text.length && text.charCodeAt(ascii) < 0x80) ascii++;
  writeLatin1(cx.memory.bytes, text, pointer, ascii);
  if (ascii === text.length) return { pointer, length: units };
  pointer = reallocate(cx, pointer, units, 1, worst, 'string');
  const length = ascii + encoder.encodeInto(text.slice(ascii), cx.memory.bytes.subarray(pointer + ascii, pointer + worst)).written;
  if (length < worst) pointer = reallocate(cx, pointer, worst, 1, length, 'string');
  return { pointer, length };
}

/** `store_utf8_to_utf16`: as many units as there are bytes, then as many as there are units. */
function shrinkUtf16(cx: AbiContext, { text, units }: GuestString): Stored {
  const worst = 2 * units;
  let pointer = allocate(cx, 2, worst, 'string');
  writeUtf16(cx.memory.bytes, text, pointer);
  const size = 2 * text.length;
  if (size < worst) pointer = reallocate(cx, pointer, worst, 2, size, 'string');
  return { pointer, length: text.length };
}

/** `store_string_to_latin1_or_utf16`: Latin-1 until a character is none, then what is there is widened in place. */
function widenLatin1(cx: AbiContext, { text, units }: GuestString): Stored {
  let pointer = allocate(cx, 2, units, 'string');
  let narrow = 0;
  while (narrow < text.length && text.charCodeAt(narrow) < 0x100) narrow++;
  writeLatin1(cx.memory.bytes, text, pointer, narrow);
  if (narrow === text.length) {
    if (narrow < units) pointer = reallocate(cx, pointer, units, 2, narrow, 'string');
    return { pointer, length: narrow };
  }
  const worst = 2 * units;
  pointer = reallocate(cx, pointer, units, 2, worst, 'string');
  const { bytes } = cx.memory;
  for (let i = narrow - 1; i >= 0; i--) {
    bytes[pointer + 2 * i] = bytes[pointer + i] as number;
    bytes[pointer + 2 * i + 1] = 0;
  }
  writeUtf16(bytes, text, pointer, narrow);
  const size = 2 * text.length;
  if (size < worst) pointer = reallocate(cx, pointer, worst, 2, size, 'string');
  return { pointer, length: text.length + utf16Tag };
}

/**
 * `store_probably_utf16_to_latin1_or_utf16`: UTF-16, then narrowed in place if every character is Latin-1. The definition asks for the
 * smaller size with an alignment of 1, which would let a guest answer with a pointer that this encoding cannot have; wasmtime asks for 2.
 */
function narrowUtf16(cx: AbiContext, { text, units }: GuestString): Stored {
  const size = 2 * units;
  const pointer = allocate(cx, 2, size, 'string');
  writeUtf16(cx.memory.bytes, text, pointer);
  if (!isLatin1(text)) return { pointer, length: units + utf16Tag };
  writeLatin1(cx.memory.bytes, text, pointer);
  return { pointer: reallocate(cx, pointer, size, 2, units, 'string'), length: units };
}
