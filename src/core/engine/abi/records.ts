import { within } from '../failure-place.ts';
import type { Codec, FlatType } from './context.ts';
import { camelCase } from '../names.ts';
import { misfit, objectOf } from './value-error.ts';

/** Where the fields of a record, or the parameters of a function, lie in memory: CanonicalABI.md, `elem_size_record`. */
export interface Layout {
  readonly size: number;
  readonly align: number;
  readonly offsets: readonly number[];
  readonly flat: readonly FlatType[];
  /** Where each one's core values begin in the flat form. */
  readonly starts: readonly number[];
}

/** The next multiple of a power of two. */
export function alignTo(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

/** Lays fields out in order. */
export function layOut(fields: readonly Codec[]): Layout {
  const offsets: number[] = [];
  const starts: number[] = [];
  const flat: FlatType[] = [];
  let size = 0;
  let align = 1;
  for (const field of fields) {
    size = alignTo(size, field.align);
    offsets.push(size);
    starts.push(flat.length);
    size += field.size;
    align = Math.max(align, field.align);
    for (const type of field.flat) flat.push(type);
  }
  return { size: alignTo(size, align), align, offsets, flat, starts };
}

/** What every object has under these keys: a record or flags that lack one have nothing there. */
function inheritedBy(keys: readonly string[]): readonly unknown[] {
  return keys.map((key) => (Object.prototype as Record<string, unknown>)[key]);
}

/** The codec of a record: an object with camelCase keys, always made in the order of its fields. */
export function recordCodec(labels: readonly string[], fields: readonly Codec[]): Codec {
  const { size, align, offsets, flat, starts } = layOut(fields);
  const keys = labels.map(camelCase);
  const inherited = inheritedBy(keys);
  const count = fields.length;

  function field(record: Record<string, unknown>, i: number): unknown {
    const value = record[keys[i] as string];
    return value === inherited[i] ? undefined : value;
  }

  return {
    size,
    align,
    flat,
    load: (cx, pointer) => {
      const record: Record<string, unknown> = {};
      for (let i = 0; i < count; i++) record[keys[i] as string] = (fields[i] as Codec).load(cx, pointer + (offsets[i] as number));
      return record;
    },
    store: (cx, value, pointer) => {
      const record = objectOf(value, 'record as object');
      let i = 0;
      try {
        for (; i < count; i++) (fields[i] as Codec).store(cx, field(record, i), pointer + (offsets[i] as number));
      } catch (error) {
        throw within(error, `.${keys[i]}`);
      }
    },
    lift: (cx, values, at) => {
      const record: Record<string, unknown> = {};
      for (let i = 0; i < count; i++) record[keys[i] as string] = (fields[i] as Codec).lift(cx, values, at + (starts[i] as number));
      return record;
    },
    lower: (cx, value, values) => {
      const record = objectOf(value, 'record as object');
      let i = 0;
      try {
        for (; i < count; i++) (fields[i] as Codec).lower(cx, field(record, i), values);
      } catch (error) {
        throw within(error, `.${keys[i]}`);
      }
    },
  };
}

/** The codec of a tuple: an array. */
export function tupleCodec(items: readonly Codec[]): Codec {
  const { size, align, offsets, flat, starts } = layOut(items);
  const count = items.length;

  function itemsOf(value: unknown): ArrayLike<unknown> {
    const values = objectOf(value, `tuple as array of ${count}`) as unknown as ArrayLike<unknown>;
    if (values.length !== count) misfit(`tuple as array of ${count}`, value);
    return values;
  }

  return {
    size,
    align,
    flat,
    load: (cx, pointer) => {
      const values = Array<unknown>(count);
      for (let i = 0; i < count; i++) values[i] = (items[i] as Codec).load(cx, pointer + (offsets[i] as number));
      return values;
    },
    store: (cx, value, pointer) => {
      const values = itemsOf(value);
      let i = 0;
      try {
        for (; i < count; i++) (items[i] as Codec).store(cx, values[i], pointer + (offsets[i] as number));
      } catch (error) {
        throw within(error, `[${i}]`);
      }
    },
    lift: (cx, core, at) => {
      const values = Array<unknown>(count);
      for (let i = 0; i < count; i++) values[i] = (items[i] as Codec).lift(cx, core, at + (starts[i] as number));
      return values;
    },
    lower: (cx, value, core) => {
      const values = itemsOf(value);
      let i = 0;
      try {
        for (; i < count; i++) (items[i] as Codec).lower(cx, values[i], core);
      } catch (error) {
        throw within(error, `[${i}]`);
      }
    },
  };
}

/** The codec of flags: an object of camelCase booleans, where what is absent is false. Bits without a label are ignored. */
export function flagsCodec(labels: readonly string[]): Codec {
  const keys = labels.map(camelCase);
  const inherited = inheritedBy(keys);
  const size = keys.length <= 8 ? 1 : keys.length <= 16 ? 2 : 4;

  function unpack(bits: number): unknown {
    const flags: Record<string, boolean> = {};
    for (let i = 0; i < keys.length; i++) flags[keys[i] as string] = ((bits >>> i) & 1) === 1;
    return flags;
  }

  function pack(value: unknown): number {
    if (value === undefined || value === null) return 0;
    const flags = objectOf(value, 'flags as object of booleans');
    let bits = 0;
    for (let i = 0; i < keys.length; i++) {
      const flag = flags[keys[i] as string];
      if (flag === true) bits |= 1 << i;
      else if (flag !== false && flag !== inherited[i] && flag !== undefined) badFlag(keys[i] as string, flag);
    }
    return bits >>> 0;
  }

  return {
    size,
    align: size,
    flat: ['i32'],
    load: (cx, pointer) => {
      const { view } = cx.memory;
      return unpack(size === 1 ? view.getUint8(pointer) : size === 2 ? view.getUint16(pointer, true) : view.getUint32(pointer, true));
    },
    store: (cx, value, pointer) => {
      const { view } = cx.memory;
      const bits = pack(value);
      if (size === 1) view.setUint8(pointer, bits);
      else if (size === 2) view.setUint16(pointer, bits, true);
      else view.setUint32(pointer, bits, true);
    },
    lift: (_cx, values, at) => unpack(values[at] as number),
    lower: (_cx, value, values) => {
      values.push(pack(value));
    },
  };
}

function badFlag(key: string, flag: unknown): never {
  try {
    misfit('boolean', flag);
  } catch (error) {
    throw within(error, `.${key}`);
  }
}
