import type { AbiContext } from './context.ts';
import { allocate, mostBytes, utf16Tag } from './pointers.ts';
import { misfit } from './value-error.ts';

/** Where a string was put, and its length in the units of its encoding with the tag of latin1+utf16. */
export interface Stored {
  readonly pointer: number;
  readonly length: number;
}

/** Puts a string of the host into a guest's memory, in the guest's encoding. */
export type StoreText = (cx: AbiContext, text: string) => Stored;

const encoder = new TextEncoder();

/** Up to this many characters a loop is faster than an encoder. */
const short = 24;

/** Strings of up to this many characters are encoded without an array of their own. */
const medium = 16384;

/**
 * How strings of the host are stored: measured first, then one allocation of the exact size (which CanonicalABI.md allows a host, and
 * which all a preview 1 adapter's realloc can do). Lone surrogates become U+FFFD.
 */
export function createTextStore(): StoreText {
  /** Between encoding and copying no code of a guest can come back here: what realloc runs may not call out. */
  let scratch: Uint8Array | undefined;

  function storeUtf8(cx: AbiContext, text: string): Stored {
    const units = text.length;
    if (units <= short && isAscii(text)) {
      const pointer = allocate(cx, 1, units, 'string');
      const { bytes } = cx.memory;
      for (let i = 0; i < units; i++) bytes[pointer + i] = text.charCodeAt(i);
      return { pointer, length: units };
    }
    if (units <= medium) {
      scratch ??= new Uint8Array(3 * medium);
      const length = encoder.encodeInto(text, scratch).written;
      const pointer = allocate(cx, 1, length, 'string');
      cx.memory.bytes.set(scratch.subarray(0, length), pointer);
      return { pointer, length };
    }
    const encoded = encoder.encode(text);
    checkSize(encoded.length);
    const pointer = allocate(cx, 1, encoded.length, 'string');
    cx.memory.bytes.set(encoded, pointer);
    return { pointer, length: encoded.length };
  }

  return (cx, text) => {
    switch (cx.encoding) {
      case 'utf8':
        return storeUtf8(cx, text);
      case 'utf16':
        return storeUtf16(cx, text, 0);
      default:
        return isLatin1(text) ? storeLatin1(cx, text) : storeUtf16(cx, text, utf16Tag);
    }
  };
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** Whether every character is a byte of Latin-1. */
export function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}

function storeUtf16(cx: AbiContext, text: string, tag: number): Stored {
  checkSize(2 * text.length);
  const pointer = allocate(cx, 2, 2 * text.length, 'string');
  writeUtf16(cx.memory.bytes, text.toWellFormed(), pointer);
  return { pointer, length: text.length + tag };
}

function storeLatin1(cx: AbiContext, text: string): Stored {
  checkSize(text.length);
  const pointer = allocate(cx, 2, text.length, 'string');
  writeLatin1(cx.memory.bytes, text, pointer);
  return { pointer, length: text.length };
}

/** Writes the code units from `from` on, each as two bytes; `pointer` is where the first of all would be. */
export function writeUtf16(bytes: Uint8Array, text: string, pointer: number, from: number = 0): void {
  for (let i = from; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[pointer + 2 * i] = unit & 0xff;
    bytes[pointer + 2 * i + 1] = unit >> 8;
  }
}

/** Writes so many characters as one byte each. */
export function writeLatin1(bytes: Uint8Array, text: string, pointer: number, count: number = text.length): void {
  for (let i = 0; i < count; i++) bytes[pointer + i] = text.charCodeAt(i);
}

function checkSize(size: number): void {
  if (size > mostBytes) misfit(`string of at most ${mostBytes} bytes`, 'longer');
}
