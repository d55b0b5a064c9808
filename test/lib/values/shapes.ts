import type { Random } from '../random.ts';

export type ScalarKind = 'bool' | 's8' | 'u8' | 's16' | 'u16' | 's32' | 'u32' | 's64' | 'u64' | 'f32' | 'f64' | 'char';

/** A WIT value type, written out. `own` is of the one resource that the host has. */
export type Shape =
  | { readonly kind: ScalarKind | 'string' }
  | { readonly kind: 'own'; readonly resource: 0 }
  | { readonly kind: 'list'; readonly element: Shape }
  | { readonly kind: 'fixed-list'; readonly element: Shape; readonly length: number }
  | { readonly kind: 'map'; readonly key: Shape; readonly value: Shape }
  | { readonly kind: 'tuple'; readonly items: readonly Shape[] }
  | { readonly kind: 'record'; readonly fields: readonly { readonly name: string; readonly type: Shape }[] }
  | { readonly kind: 'variant'; readonly cases: readonly { readonly name: string; readonly type?: Shape }[] }
  | { readonly kind: 'enum' | 'flags'; readonly names: readonly string[] }
  | { readonly kind: 'option'; readonly some: Shape }
  | { readonly kind: 'result'; readonly ok?: Shape; readonly err?: Shape };

export const scalarKinds: readonly ScalarKind[] = ['bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'f32', 'f64', 'char'];
export const numberKinds: readonly string[] = scalarKinds.filter((kind) => kind !== 'bool' && kind !== 'char');

/** Labels that mean something to JavaScript are among them. */
const labels = ['a', 'some-name', 'x2-y3', 'tag', 'val', 'length', 'then', 'constructor', 'to-string', 'value-of', 'has-own-property', 'b', 'c', 'd-e-f'];

function names(random: Random, count: number): string[] {
  const rest = labels.filter(() => random.chance(0.7));
  return Array.from({ length: count }, (_, index) => (index < rest.length ? (rest[index] ?? '') : `label-${index}`));
}

/** Some type, nested up to `depth` deep. */
export function randomShape(random: Random, depth: number): Shape {
  const inner = (): Shape => randomShape(random, depth - 1);
  const many = (most: number): Shape[] => Array.from({ length: 1 + random.below(most) }, inner);
  const maybe = <K extends string>(key: K): Partial<Record<K, Shape>> => (random.chance(0.7) ? ({ [key]: inner() } as Record<K, Shape>) : {});
  if (depth <= 0 || random.chance(0.2)) {
    return random.weighted<Shape>([
      [8, { kind: random.pick(scalarKinds) }],
      [3, { kind: 'string' }],
      [1, { kind: 'own', resource: 0 }],
    ]);
  }
  const make = random.weighted<() => Shape>([
    [3, () => ({ kind: 'list', element: inner() })],
    [1, () => ({ kind: 'fixed-list', element: inner(), length: 1 + random.below(4) })],
    [1, () => ({ kind: 'map', key: { kind: random.pick(['u8', 's64', 'string', 'char', 'bool'] as const) }, value: inner() })],
    [2, () => ({ kind: 'tuple', items: many(4) })],
    [3, () => record(random, many(5))],
    [
      3,
      () =>
        variant(
          random,
          Array.from({ length: 1 + random.below(5) }, () => (random.chance(0.7) ? inner() : undefined)),
        ),
    ],
    [1, () => ({ kind: 'enum', names: Array.from({ length: random.pick([1, 2, 5, 256, 257]) }, (_, index) => `case-${index}`) })],
    [1, () => ({ kind: 'flags', names: names(random, random.pick([1, 7, 8, 9, 16, 17, 31, 32])) })],
    [3, () => ({ kind: 'option', some: inner() })],
    [2, () => ({ kind: 'result', ...maybe('ok'), ...maybe('err') })],
  ]);
  return make();
}
function record(random: Random, types: readonly Shape[]): Shape {
  const fields = names(random, types.length);
  return { kind: 'record', fields: types.map((type, index) => ({ name: fields[index] ?? '', type })) };
}
function variant(random: Random, types: readonly (Shape | undefined)[]): Shape {
  const cases = names(random, types.length);
  return { kind: 'variant', cases: types.map((type, index) => ({ name: cases[index] ?? '', ...(type && { type }) })) };
}

/** Whether undefined is a value of the type: then an option of it has to say which case it is. */
export function isNullable(shape: Shape): boolean {
  return shape.kind === 'option' && !isNullable(shape.some);
}

/** A type as WIT has it. */
export function print(shape: Shape): string {
  switch (shape.kind) {
    case 'list':
      return `list<${print(shape.element)}>`;
    case 'fixed-list':
      return `list<${print(shape.element)}, ${shape.length}>`;
    case 'map':
      return `map<${print(shape.key)}, ${print(shape.value)}>`;
    case 'tuple':
      return `tuple<${shape.items.map(print).join(', ')}>`;
    case 'record':
      return `record { ${shape.fields.map(({ name, type }) => `${name}: ${print(type)}`).join(', ')} }`;
    case 'variant':
      return `variant { ${shape.cases.map(({ name, type }) => (type === undefined ? name : `${name}(${print(type)})`)).join(', ')} }`;
    case 'enum':
    case 'flags':
      return `${shape.kind} { ${shape.names.join(', ')} }`;
    case 'option':
      return `option<${print(shape.some)}>`;
    case 'result':
      return `result<${shape.ok === undefined ? '_' : print(shape.ok)}, ${shape.err === undefined ? '_' : print(shape.err)}>`;
    case 'own':
      return 'own<thing>';
    default:
      return shape.kind;
  }
}

/** Types that are simpler: the parts of a type, and the type with a part less. */
export function simpler(shape: Shape): Shape[] {
  const without = <T>(items: readonly T[]): T[][] => (items.length < 2 ? [] : items.map((_, at) => items.toSpliced(at, 1)));
  const within = <T>(items: readonly T[], part: (item: T) => Shape | undefined, put: (item: T, type: Shape) => T): T[][] =>
    items.flatMap((item, at) => {
      const type = part(item);
      return type === undefined ? [] : simpler(type).map((one) => items.with(at, put(item, one)));
    });
  switch (shape.kind) {
    case 'list':
      return [shape.element, ...simpler(shape.element).map((element) => ({ ...shape, element }))];
    case 'fixed-list':
      return [shape.element, { kind: 'list', element: shape.element }, ...simpler(shape.element).map((element) => ({ ...shape, element }))];
    case 'map':
      return [{ kind: 'list', element: shape.value }, ...simpler(shape.value).map((value) => ({ ...shape, value }))];
    case 'option':
      return [shape.some, ...simpler(shape.some).map((some) => ({ ...shape, some }))];
    case 'tuple': {
      const lists = [
        ...without(shape.items),
        ...within(
          shape.items,
          (item) => item,
          (_, type) => type,
        ),
      ];
      return [...shape.items, ...lists.map((items) => ({ ...shape, items }))];
    }
    case 'record': {
      const lists = [
        ...without(shape.fields),
        ...within(
          shape.fields,
          ({ type }) => type,
          ({ name }, type) => ({ name, type }),
        ),
      ];
      return [...shape.fields.map(({ type }) => type), ...lists.map((fields) => ({ ...shape, fields }))];
    }
    case 'variant': {
      const lists = [
        ...without(shape.cases),
        ...within(
          shape.cases,
          ({ type }) => type,
          ({ name }, type) => ({ name, type }),
        ),
      ];
      return [...shape.cases.flatMap(({ type }) => type ?? []), ...lists.map((cases) => ({ ...shape, cases }))];
    }
    case 'result': {
      const { ok, err } = shape;
      const parts = [ok, err].filter((one) => one !== undefined);
      const oks = ok === undefined ? [] : simpler(ok).map((one) => ({ ...shape, ok: one }));
      const errs = err === undefined ? [] : simpler(err).map((one) => ({ ...shape, err: one }));
      return [...parts, ...oks, ...errs];
    }
    case 'enum':
    case 'flags':
      return shape.names.length < 2 ? [] : [{ ...shape, names: shape.names.slice(0, shape.names.length >> 1) }];
    default:
      return [];
  }
}

const results = new WeakMap<readonly Shape[], Shape>();

/** What a function that gives values of these types back returns: the one, or a tuple of all. The same object for the same list. */
export function resultOf(shapes: readonly Shape[]): Shape {
  const known = results.get(shapes);
  if (known !== undefined) return known;
  const [only] = shapes;
  const made: Shape = shapes.length === 1 && only !== undefined ? only : { kind: 'tuple', items: shapes };
  results.set(shapes, made);
  return made;
}
