/** Bytes of components, written as the binary format lays them out. */
export type Bytes = readonly (number | Bytes)[];

/** An unsigned LEB128 number. */
export function u32(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) + 0x80);
  return [...bytes, value];
}

export function flat(bytes: Bytes): number[] {
  return bytes.flatMap((item) => (typeof item === 'number' ? [item] : flat(item)));
}

export function name(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [...u32(bytes.length), ...bytes];
}

/** The name of an import or export without attributes. */
export function extern(text: string): Bytes {
  return [0x00, name(text)];
}

export function vec(...items: Bytes[]): Bytes {
  return [u32(items.length), ...items];
}

export function section(id: number, ...items: Bytes[]): Bytes {
  return raw(id, vec(...items));
}

/** A section that is not a vector. */
export function raw(id: number, body: Bytes): Bytes {
  const bytes = flat(body);
  return [id, u32(bytes.length), bytes];
}

const magic = [0x00, 0x61, 0x73, 0x6d];

export function component(...sections: Bytes[]): Uint8Array {
  return Uint8Array.from(flat([magic, 0x0d, 0x00, 0x01, 0x00, ...sections]));
}

export function coreModule(...sections: Bytes[]): Bytes {
  return raw(1, [magic, 0x01, 0x00, 0x00, 0x00, ...sections]);
}

export function nested(...sections: Bytes[]): Bytes {
  return raw(4, [...component(...sections)]);
}

/** A core module of a memory `m` and functions: of no parameters `f`, and of one i32 `d`. */
export const libc: Bytes = coreModule(
  section(1, [0x60, vec(), vec()], [0x60, vec([0x7f]), vec()]),
  section(3, [0], [1]),
  section(5, [0, 1]),
  section(7, [name('f'), 0, 0], [name('d'), 0, 1], [name('m'), 2, 0]),
  section(10, [2, 0, 0x0b], [2, 0, 0x0b]),
);

/** Instantiates the module 0 and aliases its functions `f` and `d`. */
export const useLibc: Bytes = [libc, section(2, [0x00, 0x00, vec()]), section(6, [0x00, 0x00, 0x01, 0x00, name('f')], [0x00, 0x00, 0x01, 0x00, name('d')])];

/** A function type of no parameters and no result. */
export const plainFunc: Bytes = [0x40, vec(), 0x01, 0x00];
