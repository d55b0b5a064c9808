import { flat, u32 } from '../unit/engine-bytes.ts';

/** A section of a component: its contents or, where a component is nested, that one's sections. */
export type Section = { readonly id: number; readonly bytes: Uint8Array } | { readonly id: 4; readonly sections: readonly Section[] };

const headerBytes = 8;
const componentHeader = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00);

function leb(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0;
  let shift = 0;
  for (let end = at; ;) {
    const byte = bytes[end++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if ((byte & 0x80) === 0) return [value, end];
    shift += 7;
  }
}

/** Splits what comes after a header into sections, nothing of which is looked into. */
function split(bytes: Uint8Array): { id: number; bytes: Uint8Array }[] {
  const sections: { id: number; bytes: Uint8Array }[] = [];
  for (let at = headerBytes; at < bytes.length;) {
    const [size, start] = leb(bytes, at + 1);
    sections.push({ id: bytes[at] ?? 0, bytes: bytes.subarray(start, start + size) });
    at = start + size;
  }
  return sections;
}

/** The sections of a component that is whole. */
export function readSections(bytes: Uint8Array): Section[] {
  return split(bytes).map(({ id, bytes: content }): Section => (id === 4 ? { id, sections: readSections(content) } : { id, bytes: content }));
}
export function writeSections(sections: readonly Section[]): Uint8Array {
  return join(componentHeader, ...sections.map((section) => framed(section.id, 'bytes' in section ? section.bytes : writeSections(section.sections))));
}
function framed(id: number, bytes: Uint8Array): Uint8Array {
  return join(Uint8Array.from([id, ...u32(bytes.length)]), bytes);
}
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A core module with other code. */
export function withCode(module: Uint8Array, change: (code: Uint8Array) => Uint8Array): Uint8Array {
  return join(module.subarray(0, headerBytes), ...split(module).map(({ id, bytes }) => framed(id, id === 10 ? change(bytes) : bytes)));
}

/**
 * A component without the code and the data of its core modules: every function returns zeros. What is left of a large one is small, and all that
 * the engine has to understand.
 */
export function skeleton(bytes: Uint8Array): Uint8Array {
  const bare = (sections: readonly Section[]): Section[] =>
    sections
      .filter(({ id }) => id !== 0)
      .map((section) => {
        if ('sections' in section) return { id: section.id, sections: bare(section.sections) };
        return section.id === 1 ? { id: 1, bytes: bareModule(section.bytes) } : section;
      });
  return writeSections(bare(readSections(bytes)));
}

/** The constants that functions return, by the types of their results. */
const zeros: Readonly<Record<number, readonly number[]>> = {
  0x7f: [0x41, 0],
  0x7e: [0x42, 0],
  0x7d: [0x43, 0, 0, 0, 0],
  0x7c: [0x44, 0, 0, 0, 0, 0, 0, 0, 0],
  0x70: [0xd0, 0x70],
  0x6f: [0xd0, 0x6f],
};
const unreachable = [0x00];

function bareModule(module: Uint8Array): Uint8Array {
  const kept = split(module).filter(({ id }) => id !== 0 && id !== 11 && id !== 12);
  const contents = (wanted: number): Uint8Array => kept.find(({ id }) => id === wanted)?.bytes ?? Uint8Array.of(0);
  const returns = returnsOf(contents(1));
  const functions = vector(contents(3), (bytes, at) => leb(bytes, at));
  const bodies = functions.map((type) => {
    const body = [0x00, ...(returns?.[type] ?? unreachable), 0x0b];
    return [u32(body.length), body];
  });
  const code = Uint8Array.from(flat([u32(bodies.length), ...bodies]));
  return join(module.subarray(0, headerBytes), ...kept.map(({ id, bytes }) => framed(id, id === 10 ? code : bytes)));
}

/** For each function type what returns zeros; nothing where there are types of other kinds. */
function returnsOf(types: Uint8Array): readonly (readonly number[])[] | undefined {
  let plain = true;
  const valueTypes = (bytes: Uint8Array, at: number): [number[], number] => {
    const [count, start] = leb(bytes, at);
    return [[...bytes.subarray(start, start + count)], start + count];
  };
  const returns = vector(types, (bytes, at) => {
    plain &&= bytes[at] === 0x60;
    if (!plain) return [unreachable, bytes.length];
    const [params, afterParams] = valueTypes(bytes, at + 1);
    const [results, end] = valueTypes(bytes, afterParams);
    plain &&= [...params, ...results].every((type) => type in zeros);
    return [results.flatMap((type) => zeros[type] ?? unreachable), end];
  });
  return plain ? returns : undefined;
}
function vector<T>(bytes: Uint8Array, item: (bytes: Uint8Array, at: number) => [T, number]): T[] {
  const [count, start] = leb(bytes, 0);
  let at = start;
  return Array.from({ length: count }, () => {
    const [one, end] = item(bytes, at);
    at = end;
    return one;
  });
}
