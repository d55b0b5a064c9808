import { trap } from '../trap.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf16 = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });

/** Up to this many bytes a loop is faster than a decoder. */
const short = 12;

/** How many arguments one call of a function may have without a thought of the stack. */
const chunk = 4096;

/** The text of these UTF-8 bytes; traps for what is none. */
export function decodeUtf8(bytes: Uint8Array, pointer: number, length: number): string {
  if (length <= short) {
    let text = '';
    for (let at = pointer; at < pointer + length; at++) {
      const byte = bytes[at] as number;
      if (byte > 0x7f) return decodeAnyUtf8(bytes.subarray(pointer, pointer + length));
      text += String.fromCharCode(byte);
    }
    return text;
  }
  return decodeAnyUtf8(bytes.subarray(pointer, pointer + length));
}

function decodeAnyUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return trap(invalidUtf8(bytes));
  }
}

/** The text of so many UTF-16 code units; traps for surrogates without their other half. */
export function decodeUtf16(bytes: Uint8Array, pointer: number, units: number): string {
  if (units <= short) {
    let text = '';
    for (let at = pointer; at < pointer + 2 * units; at += 2) {
      const unit = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
      if (unit >= 0xd800 && unit <= 0xdfff) return decodeAnyUtf16(bytes.subarray(pointer, pointer + 2 * units));
      text += String.fromCharCode(unit);
    }
    return text;
  }
  return decodeAnyUtf16(bytes.subarray(pointer, pointer + 2 * units));
}

function decodeAnyUtf16(bytes: Uint8Array): string {
  try {
    return utf16.decode(bytes);
  } catch {
    return trap('invalid utf-16: unpaired surrogate found');
  }
}

/** The text of Latin-1 bytes, which are code points. The decoder of that name is none: it has windows-1252. */
export function decodeLatin1(bytes: Uint8Array, pointer: number, length: number): string {
  let text = '';
  for (let from = pointer; from < pointer + length; from += chunk) {
    text += String.fromCharCode.apply(null, bytes.subarray(from, Math.min(from + chunk, pointer + length)) as unknown as number[]);
  }
  return text;
}

/** What is wrong with bytes that are no UTF-8, in the words of Rust, which the component model's tests have. */
function invalidUtf8(bytes: Uint8Array): string {
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] as number;
    const more = lead < 0x80 ? 0 : lead >= 0xc2 && lead <= 0xdf ? 1 : lead >= 0xe0 && lead <= 0xef ? 2 : lead >= 0xf0 && lead <= 0xf4 ? 3 : -1;
    if (more === -1) return `invalid utf-8 sequence of 1 bytes from index ${at}`;
    for (let i = 1; i <= more; i++) {
      const next = bytes[at + i];
      if (next === undefined) return `incomplete utf-8 byte sequence from index ${at}`;
      const least = i > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
      const most = i > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
      if (next < least || next > most) return `invalid utf-8 sequence of ${i} bytes from index ${at}`;
    }
    at += more + 1;
  }
  return 'invalid utf-8';
}
