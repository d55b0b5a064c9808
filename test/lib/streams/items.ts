import { elementSizes, type ElementType } from '../puppets.ts';

/** What goes through streams, counted through: no two are the same, so that none can be lost, doubled or out of order unnoticed. */
export type Item = number;

const text = (item: Item): string => ['', 'é', '🍰', 'snow'][item % 4] + String(item);
const encoder = new TextEncoder();

/** An item as the host has it. */
export function valueOf(type: ElementType, item: Item): unknown {
  switch (type) {
    case 'none':
      return undefined;
    case 'u8':
      return item & 0xff;
    case 'u32':
      return (item * 2_654_435_761) >>> 0;
    case 'string':
      return text(item);
    case 'tuple':
      return [item & 0xff, text(item), BigInt(item) << 33n];
  }
}

/** Items as a source gives them to the engine at a time: numbers in a typed array, anything else in an array. */
export function chunkOf(type: ElementType, items: readonly Item[]): ArrayLike<unknown> {
  const values = items.map((item) => valueOf(type, item));
  if (type === 'u8') return Uint8Array.from(values as number[]);
  return type === 'u32' ? Uint32Array.from(values as number[]) : values;
}

/** Whether what the host has read is these items. */
export function sameValues(type: ElementType, items: readonly Item[], value: unknown): boolean {
  if (items.length === 0) return value === undefined;
  if (type === 'u8' && !(value instanceof Uint8Array)) return false;
  const values = Array.from(value as ArrayLike<unknown>);
  return values.length === items.length && values.every((one, at) => sameValue(one, valueOf(type, items[at] ?? 0)));
}

export function sameValue(one: unknown, other: unknown): boolean {
  return Array.isArray(one) && Array.isArray(other) ? one.length === other.length && one.every((item, at) => sameValue(item, other[at])) : one === other;
}

/** The bytes of items at an address: the elements, and after them what they point to. */
export function encode(type: ElementType, items: readonly Item[], at: number): Uint8Array {
  const size = elementSizes[type];
  const texts = items.map((item) => encoder.encode(text(item)));
  const bytes = new Uint8Array(items.length * size + texts.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let end = items.length * size;
  items.forEach((item, index) => {
    const place = index * size;
    const pointed = texts[index] ?? new Uint8Array(0);
    const point = (offset: number): void => {
      view.setUint32(place + offset, at + end, true);
      view.setUint32(place + offset + 4, pointed.length, true);
      bytes.set(pointed, end);
      end += pointed.length;
    };
    if (type === 'u8') bytes[place] = item & 0xff;
    else if (type === 'u32') view.setUint32(place, valueOf(type, item) as number, true);
    else if (type === 'string') point(0);
    else if (type === 'tuple') {
      bytes[place] = item & 0xff;
      point(4);
      view.setBigUint64(place + 16, BigInt(item) << 33n, true);
    }
  });
  return bytes;
}

/** Whether these items are at an address. */
export function isAt(type: ElementType, items: readonly Item[], at: number, peek: (at: number, size: number) => Uint8Array): boolean {
  const size = elementSizes[type];
  if (size === 0 || items.length === 0) return true;
  const bytes = peek(at, items.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const pointed = (place: number): string => new TextDecoder().decode(peek(view.getUint32(place, true), view.getUint32(place + 4, true)));
  return items.every((item, index) => {
    const place = index * size;
    if (type === 'u8') return bytes[place] === (item & 0xff);
    if (type === 'u32') return view.getUint32(place, true) === valueOf(type, item);
    if (type === 'string') return pointed(place) === text(item);
    return bytes[place] === (item & 0xff) && pointed(place + 4) === text(item) && view.getBigUint64(place + 16, true) === BigInt(item) << 33n;
  });
}
