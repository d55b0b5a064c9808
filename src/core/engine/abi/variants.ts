import { trap } from '../trap.ts';
import { within } from '../failure-place.ts';
import type { AbiContext, Codec, CoreValue, FlatType } from './context.ts';
import { type Coerce, joinFlat, narrowing, widening } from './flatten.ts';
import { alignTo } from './records.ts';
import { misfit, objectOf } from './value-error.ts';

/** One case's payload, with what its core values become in the flat form that all cases share. */
interface Case {
  readonly codec: Codec | undefined;
  readonly widen: readonly (Coerce | undefined)[] | undefined;
  readonly narrow: readonly (Coerce | undefined)[] | undefined;
  /** What fills the positions that it does not use. */
  readonly padding: readonly CoreValue[];
}

/** How values of the JavaScript kind of variant are told apart and made. */
interface Shape {
  /** Which case a value is; throws for values that are none. */
  caseOf(value: unknown): number;
  payloadOf(value: unknown): unknown;
  make(index: number, payload: unknown): unknown;
  /** For messages: the step from the variant to its payload. */
  readonly step: string;
}

function discriminantSize(cases: number): 1 | 2 | 4 {
  return cases <= 256 ? 1 : cases <= 65536 ? 2 : 4;
}

function loadDiscriminant(view: DataView, pointer: number, size: 1 | 2 | 4): number {
  return size === 1 ? view.getUint8(pointer) : size === 2 ? view.getUint16(pointer, true) : view.getUint32(pointer, true);
}

function storeDiscriminant(view: DataView, pointer: number, size: 1 | 2 | 4, index: number): void {
  if (size === 1) view.setUint8(pointer, index);
  else if (size === 2) view.setUint16(pointer, index, true);
  else view.setUint32(pointer, index, true);
}

function badDiscriminant(index: number, cases: number): never {
  return trap(`invalid variant discriminant: discriminant ${index} out of range [0..${cases})`);
}

function createCase(codec: Codec | undefined, joined: readonly FlatType[]): Case {
  const own = codec?.flat ?? [];
  const typeAt = (i: number): FlatType => joined[i] as FlatType;
  const widen = own.map((type, i) => widening(type, typeAt(i)));
  const narrow = own.map((type, i) => narrowing(type, typeAt(i)));
  return {
    codec,
    widen: widen.some((coerce) => coerce !== undefined) ? widen : undefined,
    narrow: narrow.some((coerce) => coerce !== undefined) ? narrow : undefined,
    padding: joined.slice(own.length).map((type) => (type === 'i64' ? 0n : 0)),
  };
}

/** Reads a case whose core values are not of its own types. */
function liftNarrowed(cx: AbiContext, codec: Codec, narrow: readonly (Coerce | undefined)[], values: readonly CoreValue[], at: number): unknown {
  const own: CoreValue[] = [];
  for (const [i, coerce] of narrow.entries()) {
    const value = values[at + i] as CoreValue;
    own.push(coerce === undefined ? value : coerce(value));
  }
  return codec.lift(cx, own, 0);
}

/** The layout and flat form of every kind of variant: CanonicalABI.md, `load_variant`, `lift_flat_variant` and their opposites. */
function createVariant(payloads: readonly (Codec | undefined)[], shape: Shape): Codec {
  const count = payloads.length;
  const disc = discriminantSize(count);
  let payloadAlign = 1;
  let payloadSize = 0;
  for (const payload of payloads) {
    payloadAlign = Math.max(payloadAlign, payload?.align ?? 1);
    payloadSize = Math.max(payloadSize, payload?.size ?? 0);
  }
  const align = Math.max(disc, payloadAlign);
  const offset = alignTo(disc, payloadAlign);
  const joined = joinFlat(payloads.map((payload) => payload?.flat ?? []));
  const cases = payloads.map((payload) => createCase(payload, joined));

  return {
    size: alignTo(offset + payloadSize, align),
    align,
    flat: ['i32', ...joined],
    load: (cx, pointer) => {
      const index = loadDiscriminant(cx.memory.view, pointer, disc);
      if (index >= count) badDiscriminant(index, count);
      const codec = payloads[index];
      return shape.make(index, codec === undefined ? undefined : codec.load(cx, pointer + offset));
    },
    store: (cx, value, pointer) => {
      const index = shape.caseOf(value);
      storeDiscriminant(cx.memory.view, pointer, disc, index);
      const codec = payloads[index];
      if (codec === undefined) return;
      try {
        codec.store(cx, shape.payloadOf(value), pointer + offset);
      } catch (error) {
        throw within(error, shape.step);
      }
    },
    lift: (cx, values, at) => {
      const index = (values[at] as number) >>> 0;
      if (index >= count) badDiscriminant(index, count);
      const { codec, narrow } = cases[index] as Case;
      if (codec === undefined) return shape.make(index, undefined);
      return shape.make(index, narrow === undefined ? codec.lift(cx, values, at + 1) : liftNarrowed(cx, codec, narrow, values, at + 1));
    },
    lower: (cx, value, values) => {
      const index = shape.caseOf(value);
      values.push(index);
      const { codec, widen, padding } = cases[index] as Case;
      if (codec !== undefined) {
        const at = values.length;
        try {
          codec.lower(cx, shape.payloadOf(value), values);
        } catch (error) {
          throw within(error, shape.step);
        }
        if (widen !== undefined) {
          for (let i = 0; i < widen.length; i++) {
            const coerce = widen[i];
            if (coerce !== undefined) values[at + i] = coerce(values[at + i] as CoreValue);
          }
        }
      }
      for (let i = 0; i < padding.length; i++) values.push(padding[i] as CoreValue);
    },
  };
}

/** At which index each name is; throws for what is none. */
function indexOfName(names: readonly string[], expected: string): (name: unknown) => number {
  const indices = new Map<unknown, number>(names.map((name, i) => [name, i]));
  return (name) => {
    const index = indices.get(name);
    return index === undefined ? misfit(`${expected} of ${listed(names)}`, name) : index;
  };
}

function listed(names: readonly string[]): string {
  return names.length <= 8 ? names.join(', ') : `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`;
}

/** The codec of a variant: `{ tag, val }`, or `{ tag }` for a case without payload. */
export function variantCodec(names: readonly string[], payloads: readonly (Codec | undefined)[]): Codec {
  const indexOf = indexOfName(names, 'variant with tag');
  return createVariant(payloads, {
    caseOf: (value) => indexOf(objectOf(value, 'variant as object with tag')['tag']),
    payloadOf: (value) => (value as { readonly val?: unknown }).val,
    make: (index, payload) => (payloads[index] === undefined ? { tag: names[index] } : { tag: names[index], val: payload }),
    step: '.val',
  });
}

const resultNames = ['ok', 'err'];

/** The codec of a result as a value: `{ tag: 'ok' | 'err', val }`. */
export function resultCodec(ok: Codec | undefined, err: Codec | undefined): Codec {
  const indexOf = indexOfName(resultNames, 'result with tag');
  return createVariant([ok, err], {
    caseOf: (value) => indexOf(objectOf(value, 'result as object with tag')['tag']),
    payloadOf: (value) => (value as { readonly val?: unknown }).val,
    make: (index, payload) => ({ tag: resultNames[index], val: payload }),
    step: '.val',
  });
}

/** The codec of an option whose payload is never undefined: the payload, or undefined; null is taken for it too. */
export function plainOptionCodec(some: Codec): Codec {
  return createVariant([undefined, some], {
    caseOf: (value) => (value === undefined || value === null ? 0 : 1),
    payloadOf: (value) => value,
    make: (_index, payload) => payload,
    step: '',
  });
}

const optionNames = ['none', 'some'];

/** The codec of an option of an option: `{ tag: 'none' }` or `{ tag: 'some', val }`, since undefined would be ambiguous. */
export function taggedOptionCodec(some: Codec): Codec {
  const indexOf = indexOfName(optionNames, 'option with tag');
  return createVariant([undefined, some], {
    caseOf: (value) => indexOf(objectOf(value, 'option as object with tag')['tag']),
    payloadOf: (value) => (value as { readonly val?: unknown }).val,
    make: (index, payload) => (index === 0 ? { tag: 'none' } : { tag: 'some', val: payload }),
    step: '.val',
  });
}

/** The codec of an enum: the case's name. */
export function enumCodec(names: readonly string[]): Codec {
  const indexOf = indexOfName(names, 'one');
  const count = names.length;
  const size = discriminantSize(count);

  function nameAt(index: number): string {
    return index < count ? (names[index] as string) : badDiscriminant(index, count);
  }

  return {
    size,
    align: size,
    flat: ['i32'],
    load: (cx, pointer) => nameAt(loadDiscriminant(cx.memory.view, pointer, size)),
    store: (cx, value, pointer) => storeDiscriminant(cx.memory.view, pointer, size, indexOf(value)),
    lift: (_cx, values, at) => nameAt((values[at] as number) >>> 0),
    lower: (_cx, value, values) => {
      values.push(indexOf(value));
    },
  };
}
