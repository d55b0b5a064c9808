import type { CoreValue, FlatType } from './context.ts';

/** What a core value becomes at a position of a variant that cases of other types share. */
export type Coerce = (value: CoreValue) => CoreValue;

/** The type that both fit in: CanonicalABI.md, `join`. */
export function join(one: FlatType, other: FlatType): FlatType {
  if (one === other) return one;
  return (one === 'i32' || one === 'f32') && (other === 'i32' || other === 'f32') ? 'i32' : 'i64';
}

/** The flat form of several cases, of which one is there: position by position joined. */
export function joinFlat(cases: readonly (readonly FlatType[])[]): FlatType[] {
  const joined: FlatType[] = [];
  for (const flat of cases) {
    for (const [i, type] of flat.entries()) {
      const before = joined[i];
      joined[i] = before === undefined ? type : join(before, type);
    }
  }
  return joined;
}

function bitsOfF32(value: CoreValue): number {
  return new Int32Array(Float32Array.of(value as number).buffer)[0] as number;
}

function f32OfBits(bits: number): number {
  return new Float32Array(Int32Array.of(bits).buffer)[0] as number;
}

function bitsOfF64(value: CoreValue): bigint {
  return new BigUint64Array(Float64Array.of(value as number).buffer)[0] as bigint;
}

function f64OfBits(bits: CoreValue): number {
  return new Float64Array(BigInt64Array.of(bits as bigint).buffer)[0] as number;
}

const low = (value: CoreValue): number => Number(BigInt.asIntN(32, value as bigint));

/** From a case's own type to the joined one, or undefined where they are the same: CanonicalABI.md, `lower_flat_variant`. */
export function widening(own: FlatType, joined: FlatType): Coerce | undefined {
  if (own === joined) return undefined;
  if (joined === 'i32') return bitsOfF32;
  if (own === 'i32') return (value) => BigInt((value as number) >>> 0);
  if (own === 'f32') return (value) => BigInt(bitsOfF32(value) >>> 0);
  return bitsOfF64;
}

/** From the joined type to a case's own, or undefined where they are the same: CanonicalABI.md, `lift_flat_variant`. */
export function narrowing(own: FlatType, joined: FlatType): Coerce | undefined {
  if (own === joined) return undefined;
  if (joined === 'i32') return (value) => f32OfBits(value as number);
  if (own === 'i32') return low;
  if (own === 'f32') return (value) => f32OfBits(low(value));
  return f64OfBits;
}
