import type { AbiContext, Codec } from './context.ts';
import { decodeLatin1, decodeUtf16, decodeUtf8 } from './decode.ts';
import { createTextStore, type Stored } from './encode.ts';
import { checkContent, type Pointers, utf16Tag } from './pointers.ts';
import { GuestString, storeGuestString } from './transcode.ts';
import { misfit } from './value-error.ts';

/** The text at a pointer with a length in units, tagged in latin1+utf16: CanonicalABI.md, `load_string_from_range`. */
export function loadText(cx: AbiContext, pointer: number, length: number): string {
  switch (cx.encoding) {
    case 'utf8':
      checkContent(cx, pointer, 1, length, 'string');
      return decodeUtf8(cx.memory.bytes, pointer, length);
    case 'utf16':
      checkContent(cx, pointer, 2, 2 * length, 'string');
      return decodeUtf16(cx.memory.bytes, pointer, length);
    default:
      if (length >= utf16Tag) {
        const units = length - utf16Tag;
        checkContent(cx, pointer, 2, 2 * units, 'string');
        return decodeUtf16(cx.memory.bytes, pointer, units);
      }
      checkContent(cx, pointer, 2, length, 'string');
      return decodeLatin1(cx.memory.bytes, pointer, length);
  }
}

/** Like {@link loadText}, for a string that goes on to another guest. */
function loadGuestString(cx: AbiContext, pointer: number, length: number): GuestString {
  const text = loadText(cx, pointer, length);
  if (cx.encoding !== 'latin1+utf16') return new GuestString(text, cx.encoding, length);
  return length >= utf16Tag ? new GuestString(text, 'tagged-utf16', length - utf16Tag) : new GuestString(text, 'latin1', length);
}

/**
 * The codec of `string`. Lifted for another guest (`guests`) its values are {@link GuestString}s, for a host they are strings; both are
 * lowered.
 */
export function stringCodec(pointers: Pointers, guests: boolean): Codec {
  const storeText = createTextStore();
  const take = guests ? loadGuestString : loadText;

  function put(cx: AbiContext, value: unknown): Stored {
    if (typeof value === 'string') return storeText(cx, value);
    return value instanceof GuestString ? storeGuestString(cx, value) : misfit('string', value);
  }

  return {
    size: 2 * pointers.size,
    align: pointers.size,
    flat: [pointers.flat, pointers.flat],
    load: (cx, pointer) => {
      const { view } = cx.memory;
      return take(cx, pointers.load(view, pointer), pointers.loadLength(view, pointer + pointers.size));
    },
    store: (cx, value, pointer) => {
      const stored = put(cx, value);
      const { view } = cx.memory;
      pointers.store(view, pointer, stored.pointer);
      pointers.storeLength(view, pointer + pointers.size, stored.length);
    },
    lift: (cx, values, at) => take(cx, pointers.fromCore(values[at]), pointers.lengthFromCore(values[at + 1])),
    lower: (cx, value, values) => {
      const stored = put(cx, value);
      values.push(pointers.toCore(stored.pointer), pointers.lengthToCore(stored.length));
    },
  };
}
