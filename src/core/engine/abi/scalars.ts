import { trap } from '../trap.ts';
import type { AbiContext, Codec, CoreValue, FlatType } from './context.ts';
import { misfit } from './value-error.ts';

/** The primitive types that are one core value. */
export type Scalar = 'bool' | 's8' | 'u8' | 's16' | 'u16' | 's32' | 'u32' | 's64' | 'u64' | 'f32' | 'f64' | 'char';

/** A codec of a type that is one core value. */
export interface SingleCodec extends Codec {
  /** Lowers without a list to append to. */
  readonly single: (cx: AbiContext, value: unknown) => CoreValue;
  /** Lifts without a list to take from. */
  readonly liftSingle: (cx: AbiContext, core: CoreValue) => unknown;
}

/** Whether a type is one core value. */
export function isSingle(codec: Codec): codec is SingleCodec {
  return 'single' in codec;
}

const flatI32: readonly FlatType[] = ['i32'];

/** A type that is one i32: how its number becomes a value and back, and how memory has it. */
function i32Codec(
  size: number,
  lift: (core: number) => unknown,
  lower: (value: unknown) => number,
  read: (view: DataView, at: number) => number,
  write: (view: DataView, at: number, core: number) => void,
): SingleCodec {
  return {
    size,
    align: size,
    flat: flatI32,
    load: (cx, pointer) => lift(read(cx.memory.view, pointer)),
    store: (cx, value, pointer) => write(cx.memory.view, pointer, lower(value)),
    lift: (_cx, values, at) => lift(values[at] as number),
    lower: (_cx, value, values) => {
      values.push(lower(value));
    },
    single: (_cx, value) => lower(value),
    liftSingle: (_cx, core) => lift(core as number),
  };
}

const readU8 = (view: DataView, at: number): number => view.getUint8(at);
const writeU8 = (view: DataView, at: number, core: number): void => view.setUint8(at, core);
const readU16 = (view: DataView, at: number): number => view.getUint16(at, true);
const writeU16 = (view: DataView, at: number, core: number): void => view.setUint16(at, core, true);
const readI32 = (view: DataView, at: number): number => view.getInt32(at, true);
const writeI32 = (view: DataView, at: number, core: number): void => view.setInt32(at, core, true);

function lowerBool(value: unknown): number {
  if (typeof value !== 'boolean') misfit('bool as boolean', value);
  return value ? 1 : 0;
}

function lowerU8(value: unknown): number {
  if (typeof value !== 'number' || value !== (value & 0xff)) misfit('u8 as number', value);
  return value;
}

function lowerS8(value: unknown): number {
  if (typeof value !== 'number' || value !== (value << 24) >> 24) misfit('s8 as number', value);
  return value;
}

function lowerU16(value: unknown): number {
  if (typeof value !== 'number' || value !== (value & 0xffff)) misfit('u16 as number', value);
  return value;
}

function lowerS16(value: unknown): number {
  if (typeof value !== 'number' || value !== (value << 16) >> 16) misfit('s16 as number', value);
  return value;
}

function lowerU32(value: unknown): number {
  if (typeof value !== 'number' || value !== value >>> 0) misfit('u32 as number', value);
  return value;
}

function lowerS32(value: unknown): number {
  if (typeof value !== 'number' || value !== (value | 0)) misfit('s32 as number', value);
  return value;
}

/** CanonicalABI.md, `convert_i32_to_char`. */
function liftChar(core: number): string {
  const code = core >>> 0;
  if (code >= 0x110000 || (code >= 0xd800 && code <= 0xdfff)) trap('invalid `char` bit pattern');
  return String.fromCodePoint(code);
}

function lowerChar(value: unknown): number {
  const code = typeof value === 'string' ? value.codePointAt(0) : undefined;
  if (code === undefined || (value as string).length !== (code > 0xffff ? 2 : 1)) misfit('char as string of one character', value);
  return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
}

const mostU64 = 2n ** 64n - 1n;
const leastS64 = -(2n ** 63n);
const mostS64 = 2n ** 63n - 1n;

/** Whole numbers are taken for bigints, as jco takes them. */
function bigintOf(value: unknown, type: string): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  return misfit(`${type} as bigint`, value);
}

function lowerU64(value: unknown): bigint {
  const big = bigintOf(value, 'u64');
  if (big < 0n || big > mostU64) misfit('u64 as bigint', value);
  return big;
}

function lowerS64(value: unknown): bigint {
  const big = bigintOf(value, 's64');
  if (big < leastS64 || big > mostS64) misfit('s64 as bigint', value);
  return big;
}

function lowerF32(value: unknown): number {
  if (typeof value !== 'number') misfit('f32 as number', value);
  return value;
}

function lowerF64(value: unknown): number {
  if (typeof value !== 'number') misfit('f64 as number', value);
  return value;
}

const u64: SingleCodec = {
  size: 8,
  align: 8,
  flat: ['i64'],
  load: (cx, pointer) => cx.memory.view.getBigUint64(pointer, true),
  store: (cx, value, pointer) => cx.memory.view.setBigUint64(pointer, lowerU64(value), true),
  lift: (_cx, values, at) => BigInt.asUintN(64, values[at] as bigint),
  lower: (_cx, value, values) => {
    values.push(lowerU64(value));
  },
  single: (_cx, value) => lowerU64(value),
  liftSingle: (_cx, core) => BigInt.asUintN(64, core as bigint),
};

const s64: SingleCodec = {
  size: 8,
  align: 8,
  flat: ['i64'],
  load: (cx, pointer) => cx.memory.view.getBigInt64(pointer, true),
  store: (cx, value, pointer) => cx.memory.view.setBigInt64(pointer, lowerS64(value), true),
  lift: (_cx, values, at) => BigInt.asIntN(64, values[at] as bigint),
  lower: (_cx, value, values) => {
    values.push(lowerS64(value));
  },
  single: (_cx, value) => lowerS64(value),
  liftSingle: (_cx, core) => BigInt.asIntN(64, core as bigint),
};

const f32: SingleCodec = {
  size: 4,
  align: 4,
  flat: ['f32'],
  load: (cx, pointer) => cx.memory.view.getFloat32(pointer, true),
  store: (cx, value, pointer) => cx.memory.view.setFloat32(pointer, lowerF32(value), true),
  lift: (_cx, values, at) => values[at],
  lower: (_cx, value, values) => {
    values.push(Math.fround(lowerF32(value)));
  },
  single: (_cx, value) => Math.fround(lowerF32(value)),
  liftSingle: (_cx, core) => core,
};

const f64: SingleCodec = {
  size: 8,
  align: 8,
  flat: ['f64'],
  load: (cx, pointer) => cx.memory.view.getFloat64(pointer, true),
  store: (cx, value, pointer) => cx.memory.view.setFloat64(pointer, lowerF64(value), true),
  lift: (_cx, values, at) => values[at],
  lower: (_cx, value, values) => {
    values.push(lowerF64(value));
  },
  single: (_cx, value) => lowerF64(value),
  liftSingle: (_cx, core) => core,
};

/** The codecs of types that are one core value. Lifting takes the low bits; `bool` is any number but 0. CanonicalABI.md, "Flat Lifting". */
export const scalars: Readonly<Record<Scalar, SingleCodec>> = {
  bool: i32Codec(1, (core) => core !== 0, lowerBool, readU8, writeU8),
  u8: i32Codec(1, (core) => core & 0xff, lowerU8, readU8, writeU8),
  s8: i32Codec(1, (core) => (core << 24) >> 24, lowerS8, readU8, writeU8),
  u16: i32Codec(2, (core) => core & 0xffff, lowerU16, readU16, writeU16),
  s16: i32Codec(2, (core) => (core << 16) >> 16, lowerS16, readU16, writeU16),
  u32: i32Codec(4, (core) => core >>> 0, lowerU32, readI32, writeI32),
  s32: i32Codec(4, (core) => core | 0, lowerS32, readI32, writeI32),
  u64,
  s64,
  f32,
  f64,
  char: i32Codec(4, liftChar, lowerChar, readI32, writeI32),
};

/** A type that is an index of something: handles of resources, streams, futures and error contexts. */
export function handleCodec(lift: (cx: AbiContext, handle: number) => unknown, lower: (cx: AbiContext, value: unknown) => number): SingleCodec {
  return {
    size: 4,
    align: 4,
    flat: flatI32,
    load: (cx, pointer) => lift(cx, cx.memory.view.getUint32(pointer, true)),
    store: (cx, value, pointer) => {
      // The view is taken after: lowering may run code of the guest.
      const handle = lower(cx, value);
      cx.memory.view.setUint32(pointer, handle, true);
    },
    lift: (cx, values, at) => lift(cx, (values[at] as number) >>> 0),
    lower: (cx, value, values) => {
      values.push(lower(cx, value));
    },
    single: lower,
    liftSingle: (cx, core) => lift(cx, (core as number) >>> 0),
  };
}
