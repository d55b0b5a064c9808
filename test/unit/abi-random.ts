import type { Random } from '../lib/random.ts';
import { camel, chars, floats, integerRange, listOf, texts } from '../lib/values/samples.ts';
import type { Neutral } from './abi-reference.ts';
import type { Tree } from './abi-support.ts';

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
  const many = <T>(most: number, make: (i: number) => T): T[] => Array.from({ length: 1 + random.below(most) }, (_, i) => make(i));
  if (depth <= 0 || random.chance(0.15)) return random.chance(0.1) ? random.pick(handleKinds) : { kind: random.pick(scalarKinds) };
  switch (random.below(10)) {
    case 0:
      return { kind: 'list', element: inner() };
    case 1:
      return { kind: 'fixed-list', element: inner(), length: 1 + random.below(4) };
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
      return { kind: 'result', ...(random.chance(0.7) && { ok: inner() }), ...(random.chance(0.7) && { err: inner() }) };
    case 8:
      return { kind: 'variant', cases: many(5, (i) => ({ name: `some-case${i}`, ...(random.chance(0.7) && { type: inner() }) })) };
    default:
      return { kind: 'record', fields: many(5, (i) => ({ name: `some-field${i}`, type: inner() })) };
  }
}

/** Whether undefined is a value of the type. */
const isNullable = (type: Tree): boolean => type.kind === 'option' && !isNullable(type.some);

function randomInteger(random: Random, kind: string): bigint {
  const [least, most] = integerRange(kind);
  if (random.chance(0.3)) return random.chance(0.5) ? least : most;
  return least + ((most - least) * BigInt(random.below(2 ** 32))) / 2n ** 32n;
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
      return same(random.chance(0.5));
    case 's64':
    case 'u64':
      return same(randomInteger(random, type.kind));
    case 'f32':
      return same(Math.fround(random.pick([...floats, (random.below(2 ** 32) / 2 ** 32) * 1e9])));
    case 'f64':
      return same(random.pick([...floats, (random.below(2 ** 32) / 2 ** 32) * 1e300]));
    case 'char':
      return same(random.pick(chars));
    case 'string':
      return same(random.pick(texts));
    case 'list': {
      const { values, neutral } = repeated(type.element, random.pick([0, 1, 2, 5, 70]));
      return { value: listOf(type.element, values), neutral };
    }
    case 'fixed-list': {
      const { values, neutral } = repeated(type.element, type.length);
      return { value: values, neutral };
    }
    case 'map': {
      const entries = new Map<unknown, { value: unknown; neutral: Neutral }>();
      for (let i = random.below(6); i > 0; i--) entries.set(randomValue(random, type.key).value, randomValue(random, type.value));
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
      const bits = type.names.map(() => random.chance(0.5));
      return { value: Object.fromEntries(type.names.map((name, i) => [camel(name), bits[i]])), neutral: bits };
    }
    case 'enum': {
      const index = random.below(type.names.length);
      return { value: type.names[index], neutral: { case: index, of: undefined } };
    }
    case 'variant': {
      const index = random.below(type.cases.length);
      const one = type.cases[index] as (typeof type.cases)[number];
      return payload(index, one.type, (val) => (one.type === undefined ? { tag: one.name } : { tag: one.name, val }));
    }
    case 'result': {
      const index = random.below(2);
      return payload(index, index === 0 ? type.ok : type.err, (val) => ({ tag: index === 0 ? 'ok' : 'err', val }));
    }
    case 'option': {
      if (random.chance(0.4)) return payload(0, undefined, () => (isNullable(type) ? undefined : { tag: 'none' }));
      return payload(1, type.some, (val) => (isNullable(type) ? val : { tag: 'some', val }));
    }
    case 'own':
    case 'borrow': {
      const handle = 1 + random.below(2 ** 28 - 1);
      return { value: { [type.kind]: type.resource, handle }, neutral: handle };
    }
    case 'stream':
    case 'future': {
      const handle = 1 + random.below(2 ** 28 - 1);
      return { value: { [type.kind]: true, handle }, neutral: handle };
    }
    case 'error-context': {
      const handle = 1 + random.below(2 ** 28 - 1);
      return { value: { errorContext: true, handle }, neutral: handle };
    }
    default:
      return same(Number(randomInteger(random, type.kind)));
  }
}
