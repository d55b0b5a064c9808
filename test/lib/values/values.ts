import type { Random } from '../random.ts';
import { camel, chars, floats, integerRange, lone, texts, typedArrays } from './samples.ts';
import { isNullable, numberKinds, type ScalarKind, type Shape } from './shapes.ts';

/** What a test gives for a value, and what it has to find after the value was in a guest. */
export interface Pair {
  readonly given: unknown;
  readonly expected: unknown;
}

/** The host's resource. */
export class Thing {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const same = (value: unknown): Pair => ({ given: value, expected: value });

function randomScalar(random: Random, kind: ScalarKind): Pair {
  switch (kind) {
    case 'bool':
      return same(random.chance(0.5));
    case 'f32': {
      const given = random.pick(floats);
      return { given, expected: Math.fround(given) };
    }
    case 'f64':
      return same(random.pick(floats));
    case 'char':
      return random.chance(0.1) ? { given: '\udc00', expected: '\ufffd' } : same(random.pick(chars));
    default: {
      const [least, most] = integerRange(kind);
      const big = random.weighted([
        [1, least],
        [1, most],
        [2, least + ((most - least) * BigInt(random.below(2 ** 32))) / 2n ** 32n],
      ]);
      if (kind !== 's64' && kind !== 'u64') return same(Number(big));
      // A whole number is taken for a bigint.
      return random.chance(0.2) ? { given: 7, expected: 7n } : same(big);
    }
  }
}

/** A value of the type. */
export function randomValue(random: Random, shape: Shape): Pair {
  const each = (shapes: readonly Shape[]): { given: unknown[]; expected: unknown[] } => {
    const pairs = shapes.map((one) => randomValue(random, one));
    return { given: pairs.map(({ given }) => given), expected: pairs.map(({ expected }) => expected) };
  };
  const tagged = (tag: string, type: Shape | undefined, val: boolean): Pair => {
    if (type === undefined) return { given: { tag }, expected: val ? { tag, val: undefined } : { tag } };
    const { given, expected } = randomValue(random, type);
    return { given: { tag, val: given }, expected: { tag, val: expected } };
  };
  switch (shape.kind) {
    case 'string':
      return random.chance(0.1) ? ((given) => ({ given, expected: given.toWellFormed() }))(random.pick(lone)) : same(random.pick(texts));
    case 'own':
      return same(new Thing(`thing ${random.below(1000)}`));
    case 'list': {
      const { kind } = shape.element;
      const many = numberKinds.includes(kind) || kind === 'bool' || kind === 'char';
      const length = many ? random.pick([0, 1, 2, 5, 70]) : random.pick([0, 1, 2, 3]);
      const { given, expected } = each(Array.from({ length }, () => shape.element));
      const TypedArray = typedArrays[kind];
      if (TypedArray === undefined) return { given, expected };
      return { given: random.chance(0.5) && kind !== 's64' && kind !== 'u64' ? TypedArray.from(given) : given, expected: TypedArray.from(expected) };
    }
    case 'fixed-list':
      return each(Array.from({ length: shape.length }, () => shape.element));
    case 'map': {
      const pairs = Array.from({ length: random.below(4) }, () => [randomValue(random, shape.key), randomValue(random, shape.value)] as const);
      const given = pairs.map(([key, value]) => [key.given, value.given] as [unknown, unknown]);
      const expected = new Map(pairs.map(([key, value]) => [key.expected, value.expected]));
      // What a Map takes for two keys may be one for the guest.
      return { given: random.chance(0.5) && expected.size === given.length ? new Map(given) : given, expected };
    }
    case 'tuple':
      return each(shape.items);
    case 'record': {
      const { given, expected } = each(shape.fields.map(({ type }) => type));
      const keys = shape.fields.map(({ name }) => camel(name));
      const object = (values: readonly unknown[], all: boolean): unknown =>
        Object.fromEntries(keys.flatMap((key, at) => (all || values[at] !== undefined ? [[key, values[at]] as const] : [])));
      return { given: object(given, random.chance(0.5)), expected: object(expected, true) };
    }
    case 'flags': {
      const bits = shape.names.map((name) => [camel(name), random.chance(0.5)] as const);
      const all = random.chance(0.5);
      return { given: Object.fromEntries(bits.filter(([, bit]) => all || bit)), expected: Object.fromEntries(bits) };
    }
    case 'enum':
      return same(random.pick(shape.names));
    case 'variant': {
      const { name, type } = random.pick(shape.cases);
      return tagged(name, type, false);
    }
    case 'result': {
      const tag = random.pick(['ok', 'err'] as const);
      return tagged(tag, shape[tag], true);
    }
    case 'option': {
      const none = random.chance(0.4);
      if (!isNullable(shape)) return none ? same({ tag: 'none' }) : tagged('some', shape.some, false);
      if (none) return { given: random.pick([undefined, null]), expected: undefined };
      return randomValue(random, shape.some);
    }
    default:
      return randomScalar(random, shape.kind);
  }
}

/** Whether a value is what was expected, down to the kind of its arrays and to which zero it has. */
export function isSame(expected: unknown, actual: unknown): boolean {
  if (typeof expected !== 'object' || expected === null || expected instanceof Thing) return Object.is(expected, actual);
  if (typeof actual !== 'object' || actual === null || Object.getPrototypeOf(expected) !== Object.getPrototypeOf(actual)) return false;
  if (expected instanceof Map) return isSame([...expected], [...(actual as Map<unknown, unknown>)]);
  const [keys, others] = [Object.keys(expected), Object.keys(actual)];
  return keys.length === others.length && keys.every((key) => Object.hasOwn(actual, key) && isSame(expected[key as never], actual[key as never]));
}

/** A value for a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `${JSON.stringify(value.slice(0, 20))}… of ${value.length}` : JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Thing) return `<${value.name}>`;
  if (value instanceof Map) return `Map ${show([...value])}`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} ${show(Array.from(value as unknown as ArrayLike<unknown>))}`;
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${key}: ${show(one)}`)
    .join(', ')} }`;
}
