import { within } from '../failure-place.ts';
import type { AbiContext, Codec } from './context.ts';
import { misfit } from './value-error.ts';

/**
 * Values of one type side by side in memory: the contents of lists, and what streams carry. Numbers are a typed array of their width,
 * everything else an array.
 */
export interface Elements {
  readonly size: number;
  readonly align: number;
  /** What an element takes of the host's memory besides its bytes here, see `costOf`. */
  readonly cost: number;
  /** Reads so many elements; the pointer is aligned, all of them are in bounds. */
  load(cx: AbiContext, pointer: number, count: number): unknown;
  /** Writes the `count` elements of `values` from `from` on; the pointer is aligned, all of them are in bounds. */
  store(cx: AbiContext, values: ArrayLike<unknown>, pointer: number, from: number, count: number): void;
}

/** The number types that have a typed array. */
export type NumberKind = 's8' | 'u8' | 's16' | 'u16' | 's32' | 'u32' | 's64' | 'u64' | 'f32' | 'f64';

type Numbers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array | Float32Array | Float64Array;

interface NumbersConstructor {
  new (length: number): Numbers;
  new (buffer: ArrayBufferLike, offset: number, length: number): Numbers;
}

const typedArrays: Readonly<Record<NumberKind, NumbersConstructor>> = {
  s8: Int8Array,
  u8: Uint8Array,
  s16: Int16Array,
  u16: Uint16Array,
  s32: Int32Array,
  u32: Uint32Array,
  s64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
};

/** Whether a type has a typed array. */
export function isNumberKind(kind: string): kind is NumberKind {
  return Object.hasOwn(typedArrays, kind);
}

/** Up to this many bytes a typed array over memory costs more than going by element. */
const short = 64;

/** What can be lowered as a list. */
export function listOf(value: unknown, expected: string): ArrayLike<unknown> {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return value as ArrayLike<unknown>;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return misfit(expected, value);
}

/** The elements of any type, one by one. */
export function createElements(codec: Codec, cost: number): Elements {
  const { size, align } = codec;
  return {
    size,
    align,
    cost,
    load: (cx, pointer, count) => {
      const values = Array<unknown>(count);
      for (let i = 0; i < count; i++) values[i] = codec.load(cx, pointer + i * size);
      return values;
    },
    store: (cx, values, pointer, from, count) => {
      let i = 0;
      try {
        for (; i < count; i++) codec.store(cx, values[from + i], pointer + i * size);
      } catch (error) {
        throw within(error, `[${from + i}]`);
      }
    },
  };
}

/** Bytes: one copy. */
export function createByteElements(codec: Codec): Elements {
  const one = createElements(codec, 0);
  return {
    size: 1,
    align: 1,
    cost: 0,
    load: (cx, pointer, count) => cx.memory.bytes.slice(pointer, pointer + count),
    store: (cx, values, pointer, from, count) => {
      if (values instanceof Uint8Array) cx.memory.bytes.set(from === 0 && count === values.length ? values : values.subarray(from, from + count), pointer);
      else one.store(cx, values, pointer, from, count);
    },
  };
}

/** Numbers: copies between typed arrays, which have the byte order of memory on every host there is. */
export function createNumberElements(kind: NumberKind, codec: Codec): Elements {
  const TypedArray = typedArrays[kind];
  const one = createElements(codec, 0);
  const { size } = codec;

  function isAligned(bytes: Uint8Array, pointer: number): boolean {
    return (bytes.byteOffset + pointer) % size === 0;
  }

  return {
    size,
    align: codec.align,
    cost: 0,
    load: (cx, pointer, count) => {
      const values = new TypedArray(count);
      const { bytes } = cx.memory;
      if (count * size > short && isAligned(bytes, pointer)) values.set(new TypedArray(bytes.buffer, bytes.byteOffset + pointer, count) as never);
      else for (let i = 0; i < count; i++) values[i] = codec.load(cx, pointer + i * size) as never;
      return values;
    },
    store: (cx, values, pointer, from, count) => {
      const { bytes } = cx.memory;
      if (!(values instanceof TypedArray) || !isAligned(bytes, pointer)) one.store(cx, values, pointer, from, count);
      else
        new TypedArray(bytes.buffer, bytes.byteOffset + pointer, count).set(
          (from === 0 && count === values.length ? values : values.subarray(from, from + count)) as never,
        );
    },
  };
}
