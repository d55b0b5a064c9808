import { describe, expect, test } from 'vitest';
import type { Extern } from '../../src/core/engine/interface.ts';
import { findSiblings, type Linkable } from '../../src/core/workload/siblings.ts';

const externs = (names: readonly string[]): Extern[] => names.map((name) => ({ name, kind: 'instance', functions: [] }));
const component = (name: string, imports: readonly string[], exports: readonly string[]): Linkable => ({
  name,
  interface: { imports: externs(imports), exports: externs(exports) },
});
const link = (components: readonly Linkable[], served: readonly string[] = []): object[] =>
  findSiblings(components, (name) => served.includes(name)).map((found) => Object.fromEntries(found));

describe('who serves whom in a workload', () => {
  test('names are compared as they are, version included', () => {
    const user = component('user', ['a:b/c@1.0.0', 'a:b/d@1.0.0', 'a:b/e'], []);
    expect(link([user, component('one', [], ['a:b/c@1.0.0', 'a:b/d@1.0.1']), component('two', [], ['a:b/e'])])).toEqual([
      { 'a:b/c@1.0.0': 1, 'a:b/e': 2 },
      {},
      {},
    ]);
  });

  test('what the host serves in any case is not looked for', () => {
    expect(link([component('user', ['wasi:x/y', 'a:b/c'], []), component('other', [], ['wasi:x/y', 'a:b/c'])], ['wasi:x/y'])).toEqual([{ 'a:b/c': 1 }, {}]);
  });

  test('one that passes on what it imports is served by the other', () => {
    const middle = component('middle', ['h'], ['h']);
    expect(link([middle, component('end', [], ['h'])])).toEqual([{ h: 1 }, {}]);
    expect(link([middle])).toEqual([{}]);
  });

  test('what several export is a mistake where it is imported, and named', () => {
    const both = [component('one', [], ['h']), component('two', [], ['h'])];
    expect(link(both)).toEqual([{}, {}]);
    expect(() => link([component('user', ['h'], []), ...both])).toThrow(/^component 'user' imports h, which 'one' and 'two' export/);
  });

  test.each([
    ['two', [component('a', ['y'], ['x']), component('b', ['x'], ['y'])], 'a → b → a'],
    [
      'three, behind another',
      [component('start', ['x'], []), component('a', ['y'], ['x']), component('b', ['z'], ['y']), component('c', ['x'], ['z'])],
      'a → b → c → a',
    ],
  ] as [string, Linkable[], string][])('a circle of %s is named', (_what, components, circle) => {
    expect(() => link(components)).toThrow(`components import from one another in a circle: ${circle}`);
  });

  test('many ways to the same are no circle', () => {
    const layers = Array.from({ length: 40 }, (_, at) => [
      component(`a${at}`, [`x${at + 1}`, `y${at + 1}`], [`x${at}`]),
      component(`b${at}`, [`x${at + 1}`, `y${at + 1}`], [`y${at}`]),
    ]);
    expect(link(layers.flat())).toHaveLength(80);
  });
});
