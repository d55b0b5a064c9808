import type { Neutral } from './abi-reference.ts';
import type { Tree } from './abi-support.ts';

/** A seeded generator (mulberry32): the same numbers for the same seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }
  /** Below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  /** From `least` to `most`. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }
  pick<T>(values: readonly T[]): T {
    return values[this.int(0, values.length - 1)] as T;
  }
}

const scalarKinds = ['bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'f32', 'f64', 'char', 'string'] as const;
const handleKinds: readonly Tree[] = [
  { kind: 'own', resource: 3 },
  { kind: 'borrow', resource: 4 },
  { kind: 'stream' },
  { kind: 'future' },
  { kind: 'error-context' },
];

/** Some type, nested up to `depth` deep. */
export function randomType(random: Random, depth: number): Tree {
  const inner = (): Tree => randomType(random, depth - 1);
  const many = <T>(most: number, make: (i: number) => T): T[] => Array.from({ length: random.int(1, most) }, (_, i) => make(i));
  if (depth <= 0 || random.next() < 0.15) return random.next() < 0.1 ? random.pick(handleKinds) : { kind: random.pick(scalarKinds) };
  switch (random.int(0, 9)) {
    case 0:
      return { kind: 'list', element: inner() };
    case 1:
      return { kind: 'fixed-list', element: inner(), length: random.int(1, 4) };
    case 2:
      return { kind: 'map', key: { kind: random.pick(['u8', 'u32', 'string', 'char'] as const) }, value: inner() };
    case 3:
      return { kind: 'tuple', items: many(4, inner) };
    case 4:
      return { kind: 'flags', names: Array.from({ length: random.pick([1, 7, 8, 9, 16, 17, 31, 32]) }, (_, i) => `flag-${i}`) };
    case 5:
      return { kind: 'enum', names: Array.from({ length: random.pick([1, 2, 5, 256, 257]) }, (_, i) => `case-${i}`) };
    case 6:
      return { kind: 'option', some: inner() };
    case 7:
      return { kind: 'result', ...(random.next() < 0.7 && { ok: inner() }), ...(random.next() < 0.7 && { err: inner() }) };
    case 8:
      return { kind: 'variant', cases: many(5, (i) => ({ name: `some-case${i}`, ...(random.next() < 0.7 && { type: inner() }) })) };
    default:
      return { kind: 'record', fields: many(5, (i) => ({ name: `some-field${i}`, type: inner() })) };
  }
}

const texts = [
  '',
  'a',
  'exactly-12ch',
  'thirteen chars',
  'a string of twenty-four.',
  'a string of twenty-five..',
  '\uFEFFbom',
  'grün',
  'ÿ'.repeat(30),
  'snow ☃ and 🍰',
  '\0',
  'x'.repeat(1000),
  '🍰'.repeat(300),
];
const floats = [0, -0, 1, -1.5, Infinity, -Infinity, NaN, 2 ** -149, 3.4028234663852886e38];
const chars = ['\0', 'a', 'é', '\u{d7ff}', '\u{e000}', '☃', '\u{ffff}', '🍰', '\u{10ffff}'];
const camel = (label: string): string => label.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const ranges: Record<string, readonly [bigint, bigint]> = {
  s8: [-128n, 127n],
  u8: [0n, 255n],
  s16: [-32768n, 32767n],
  u16: [0n, 65535n],
  s32: [-(2n ** 31n), 2n ** 31n - 1n],
  u32: [0n, 2n ** 32n - 1n],
  s64: [-(2n ** 63n), 2n ** 63n - 1n],
  u64: [0n, 2n ** 64n - 1n],
};

const typedArrays = {
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

/** Whether undefined is a value of the type. */
const isNullable = (type: Tree): boolean => type.kind === 'option' && !isNullable(type.some);

function randomInteger(random: Random, kind: string): bigint {
  const [least, most] = ranges[kind] as readonly [bigint, bigint];
  const edge = random.next();
  if (edge < 0.15) return least;
  if (edge < 0.3) return most;
  return least + ((most - least) * BigInt(random.int(0, 2 ** 32 - 1))) / 2n ** 32n;
}

/** A value of the type as the engine represents it, and without names. */
export function randomValue(random: Random, type: Tree): { value: unknown; neutral: Neutral } {
  const same = (value: number | bigint | string | boolean): { value: unknown; neutral: Neutral } => ({ value, neutral: value });
  const each = (types: readonly Tree[]): { values: unknown[]; neutral: Neutral[] } => {
    const made = types.map((one) => randomValue(random, one));
    return { values: made.map(({ value }) => value), neutral: made.map(({ neutral }) => neutral) };
  };
  const repeated = (element: Tree, length: number): ReturnType<typeof each> => each(Array.from({ length }, () => element));
  const payload = (index: number, inner: Tree | undefined, wrap: (value: unknown) => unknown): { value: unknown; neutral: Neutral } => {
    const made = inner === undefined ? undefined : randomValue(random, inner);
    return { value: wrap(made?.value), neutral: { case: index, of: made?.neutral } };
  };

  switch (type.kind) {
    case 'bool':
      return same(random.next() < 0.5);
    case 's64':
    case 'u64':
      return same(randomInteger(random, type.kind));
    case 'f32':
      return same(Math.fround(random.pick([...floats, random.next() * 1e9])));
    case 'f64':
      return same(random.pick([...floats, random.next() * 1e300]));
    case 'char':
      return same(random.pick(chars));
    case 'string':
      return same(random.pick(texts));
    case 'list': {
      const { values, neutral } = repeated(type.element, random.pick([0, 1, 2, 5, 70]));
      const TypedArray = typedArrays[type.element.kind as keyof typeof typedArrays] as { from(values: unknown[]): unknown } | undefined;
      return { value: TypedArray === undefined ? values : TypedArray.from(values), neutral };
    }
    case 'fixed-list': {
      const { values, neutral } = repeated(type.element, type.length);
      return { value: values, neutral };
    }
    case 'map': {
      const entries = new Map<unknown, { value: unknown; neutral: Neutral }>();
      for (let i = random.int(0, 5); i > 0; i--) entries.set(randomValue(random, type.key).value, randomValue(random, type.value));
      return {
        value: new Map([...entries].map(([key, { value }]) => [key, value])),
        neutral: [...entries].map(([key, { neutral }]) => [key as Neutral, neutral]),
      };
    }
    case 'tuple': {
      const { values, neutral } = each(type.items);
      return { value: values, neutral };
    }
    case 'record': {
      const { values, neutral } = each(type.fields.map((field) => field.type));
      return { value: Object.fromEntries(type.fields.map(({ name }, i) => [camel(name), values[i]])), neutral };
    }
    case 'flags': {
      const bits = type.names.map(() => random.next() < 0.5);
      return { value: Object.fromEntries(type.names.map((name, i) => [camel(name), bits[i]])), neutral: bits };
    }
    case 'enum': {
      const index = random.int(0, type.names.length - 1);
      return { value: type.names[index], neutral: { case: index, of: undefined } };
    }
    case 'variant': {
      const index = random.int(0, type.cases.length - 1);
      const one = type.cases[index] as (typeof type.cases)[number];
      return payload(index, one.type, (val) => (one.type === undefined ? { tag: one.name } : { tag: one.name, val }));
    }
    case 'result': {
      const index = random.int(0, 1);
      return payload(index, index === 0 ? type.ok : type.err, (val) => ({ tag: index === 0 ? 'ok' : 'err', val }));
    }
    case 'option': {
      if (random.next() < 0.4) return payload(0, undefined, () => (isNullable(type) ? undefined : { tag: 'none' }));
      return payload(1, type.some, (val) => (isNullable(type) ? val : { tag: 'some', val }));
    }
    case 'own':
    case 'borrow': {
      const handle = random.int(1, 2 ** 28 - 1);
      return { value: { [type.kind]: type.resource, handle }, neutral: handle };
    }
    case 'stream':
    case 'future': {
      const handle = random.int(1, 2 ** 28 - 1);
      return { value: { [type.kind]: true, handle }, neutral: handle };
    }
    case 'error-context': {
      const handle = random.int(1, 2 ** 28 - 1);
      return { value: { errorContext: true, handle }, neutral: handle };
    }
    default:
      return same(Number(randomInteger(random, type.kind)));
  }
}
