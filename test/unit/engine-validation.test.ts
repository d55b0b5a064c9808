import { describe, expect, test } from 'vitest';
import { HostlingError } from '../../src/core/errors.ts';
import { inspect } from '../../src/core/engine/inspect.ts';
import { compilePlan, validateComponent } from '../../src/core/engine/plan/compile.ts';
import { type Bytes, component, coreModule, extern, name, nested, plainFunc, raw, section, useLibc, vec } from './engine-bytes.ts';

const resource: Bytes = [0x3f, 0x7f, 0x00];
const record: Bytes = [0x72, vec([name('x'), 0x79])];

/** Imports an instance that exports a resource, and aliases that as the type 1. */
const importsResource: Bytes = [
  section(7, [0x42, vec([0x04, extern('r'), 0x03, 0x01])]),
  section(10, [extern('i'), 0x05, 0x00]),
  section(6, [0x03, 0x00, 0x00, name('r')]),
];

const invalid: readonly [problem: string, expected: string, ...sections: Bytes[]][] = [
  ['a section beyond the last', 'expected a section, 0 to 12', [0x0d, 0x00]],
  ['a section that is cut off', 'found the end', [0x07, 0x03, 0x00]],
  ['bytes left over in a section', 'the end of section 7', raw(7, [vec([0x73]), 0x00])],
  ['a number longer than 32 bits', 'below 2^32', [0x07, 0x81, 0x80, 0x80, 0x80, 0x70, 0x00]],
  ['a count beyond the bytes', 'found the end', raw(7, [0xbf, 0x84, 0x3d, 0x73])],
  ['a custom section whose name is not UTF-8', 'UTF-8', raw(0, [0x02, 0xff, 0xfe])],
  ['a core module out of order', 'out of order', coreModule(section(3), section(1))],
  ['an index that is not there', 'type index out of bounds', section(7, [0x70, 0x05])],
  ['an index that is not there yet', 'type index out of bounds', section(7, [0x70, 0x01], [0x73])],
  ['a function type as a value', 'is not a defined type', section(7, plainFunc, [0x70, 0x00])],
  ['a record of nothing', 'at least one field', section(7, [0x72, vec()])],
  ['33 flags', 'more than 32 flags', section(7, [0x6e, vec(...Array.from({ length: 33 }, (_, index) => name(`f${index}`)))])],
  ['a label in camel case', 'not in kebab case', section(7, [0x6d, vec(name('camelCase'))])],
  ['labels that differ in case only', 'conflicts with previous name', section(7, [0x6d, vec(name('a'), name('A'))])],
  ['a type of 2^28 bytes', 'exceeds maximum byte size', section(7, [0x67, 0x7d, 0x80, 0x80, 0x80, 0x80, 0x01])],
  ['a stream of characters', 'stream<char>', section(7, [0x66, 0x01, 0x74])],
  ['a map with keys of f32', 'map keys', section(7, [0x63, 0x76, 0x79])],
  ['a borrow in a result', '`borrow`', section(7, resource, [0x68, 0x00], [0x40, vec(), 0x00, 0x01])],
  ['a handle to what is no resource', 'not a resource type', section(7, [0x73], [0x69, 0x00])],
  ['a resource within a type', 'within a concrete component', section(7, [0x42, vec([0x01, resource])])],
  ['an import with no valid name', 'not a valid extern name', section(7, plainFunc), section(10, [extern('wasi:http'), 0x01, 0x00])],
  ['an import with no valid version', 'not a semantic version', section(7, plainFunc), section(10, [extern('a:b/c@1.0'), 0x01, 0x00])],
  ['imports of one name', 'conflicts with previous', section(7, plainFunc), section(10, [extern('f'), 0x01, 0x00], [extern('F'), 0x01, 0x00])],
  ['a static function of no resource', 'is not known in this context', section(7, plainFunc), section(10, [extern('[static]a.b'), 0x01, 0x00])],
  ['a method without self', 'at least one argument', section(7, plainFunc), section(10, [extern('[method]a.b'), 0x01, 0x00])],
  ['`implements` of a function', 'only instances', section(7, plainFunc), section(10, [[0x02, name('f'), vec([0x00, name('a:b/c')])], 0x01, 0x00])],
  ['a type that has no name outside', 'not valid to be used as export', section(7, record, [0x70, 0x00]), section(11, [extern('t'), 0x03, 0x01, 0x00])],
  ['a resource from an outer component', 'transitively refers to resources', section(7, resource), nested(section(6, [0x03, 0x02, 0x01, 0x00]))],
  ['an alias of what is not exported', 'has no export named `q`', importsResource, section(6, [0x01, 0x00, 0x00, name('q')])],
  ['an alias of another sort', 'is not a func', importsResource, section(6, [0x01, 0x00, 0x00, name('r')])],
  ['a handle to a resource of another component', 'not a local resource', importsResource, section(8, [0x02, 0x01])],
  [
    'an argument that is missing',
    'missing import named `f`',
    nested(section(7, plainFunc), section(10, [extern('f'), 0x01, 0x00])),
    section(5, [0x00, 0x00, vec()]),
  ],
  [
    'a core argument that is missing',
    'missing module instantiation argument',
    coreModule(section(2, [name('a'), name('b'), 0x02, 0x00, 0x01])),
    section(2, [0x00, 0x00, vec()]),
  ],
  ['a lift of another signature', 'do not match parameter types', useLibc, section(7, plainFunc), section(8, [0x00, 0x00, 0x01, vec(), 0x00])],
  [
    'an async lift of a function that is not',
    'requires an async function type',
    useLibc,
    section(7, plainFunc),
    section(8, [0x00, 0x00, 0x00, vec([0x06]), 0x00]),
  ],
  [
    'a lowered string without memory',
    '`memory` is required',
    section(7, [0x40, vec([name('s'), 0x73]), 0x01, 0x00]),
    section(10, [extern('f'), 0x01, 0x00]),
    section(8, [0x01, 0x00, 0x00, vec()]),
  ],
  [
    'an option given twice',
    'more than once',
    section(7, plainFunc),
    section(10, [extern('f'), 0x01, 0x00]),
    section(8, [0x01, 0x00, 0x00, vec([0x00], [0x01])]),
  ],
  ['a `cancellable`', 'no cancellable', section(8, [0x0c, 0x01])],
  ['a destructor of another signature', 'wrong signature', useLibc, section(7, [0x3f, 0x7f, 0x01, 0x00])],
];

describe('a component is refused, with the byte at fault, for', () => {
  test.each(invalid)('%s', (_, expected, ...sections) => {
    expect(() => compilePlan(component(...sections))).toThrow(expect.objectContaining({ code: 'invalid-component' }));
    expect(() => compilePlan(component(...sections))).toThrow(/^(?:invalid|malformed) component at byte \d+: /);
    expect(() => compilePlan(component(...sections))).toThrow(expected);
  });
});

test('types that few bytes make huge are refused', () => {
  const tuples = Array.from({ length: 40 }, (_, index) => [0x70, index * 2]).flatMap((list, index) => [
    [0x6f, vec(...Array.from({ length: 4 }, () => [Math.max(0, index * 2 - 1)]))],
    list,
  ]);
  expect(() => validateComponent(component(section(7, [0x73], ...tuples)))).toThrow('effective type size exceeds the limit');
});

test('nesting has a limit', () => {
  const deep = (levels: number): Bytes => (levels === 0 ? [] : nested(deep(levels - 1)));
  expect(() => validateComponent(component(deep(99)))).not.toThrow();
  expect(() => validateComponent(component(deep(200)))).toThrow('levels of nesting');
  const lists = Array.from({ length: 120 }, (_, index) => [0x70, index === 0 ? 0x73 : index <= 64 ? index - 1 : [0x80 + (index - 1), 0x00]]);
  expect(() => validateComponent(component(section(7, ...lists)))).toThrow('levels deep');
});

/** Numbers that are the same in every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('no bytes make anything but an error of the closed set', () => {
  const random = createRandom(7);
  const originals = invalid.map(([, , ...sections]) => component(...sections));
  for (let round = 0; round < 5000; round++) {
    const bytes = (originals[random(originals.length)] ?? component()).slice();
    for (let change = random(4); change >= 0; change--) bytes[8 + random(bytes.length - 8)] = random(3) === 0 ? random(256) : random(8);
    for (const read of [compilePlan, inspect]) {
      try {
        read(bytes);
      } catch (failure) {
        if (!(failure instanceof HostlingError) || failure.code === 'internal') throw new Error(`round ${round}`, { cause: failure });
      }
    }
  }
});
