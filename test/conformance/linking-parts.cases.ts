import { expect, test } from 'vitest';
import type { Imports, Instance } from '../../src/core/engine/engine.ts';
import { type Call, type Links, outcomeOf } from './linking.suite.ts';

/** What is no function: core modules, instances within instances, and components. */
export function partCases({ instantiate, component }: Links): void {
  const parts = async (): Promise<Record<string, unknown>> => {
    const { exports } = await instantiate('link-parts');
    return { ...exports, 'the-answer': exports['theAnswer'], doubler: await component('link-doubler') };
  };
  const user = async (imports: Record<string, unknown>): Promise<Instance> => (await component('link-parts-user')).instantiate(imports as Imports);
  const call = ({ exports }: Instance, name: string): unknown => (exports[name] as Call)();

  test('a core module is exported as one, and imported', async () => {
    const given = await parts();
    expect(given['the-answer']).toBeInstanceOf(WebAssembly.Module);
    const instance = await user(given);
    expect(await call(instance, 'fromModule')).toBe(42);
    expect(await call(instance, 'fromInterface')).toBe(42);
    // Each instance of it has a state of its own.
    expect(await call(instance, 'fromModule')).toBe(43);
    expect(await call(await user(given), 'fromModule')).toBe(42);
  });

  test('it may be given by whatever serves its name', async () => {
    const given = await parts();
    const instance = await user({ ...given, 'the-answer': { default: given['three'] } });
    expect(await call(instance, 'fromModule')).toBe(3);
  });

  test('one that does not fit is refused when the instance is made', async () => {
    const given = await parts();
    expect(await outcomeOf(() => user({ ...given, 'the-answer': given['misfit'] }))).toContain(
      'the core module supplied for the-answer does not fit: missing expected export `f`',
    );
    expect(await outcomeOf(() => user({ ...given, 'the-answer': given['wide'] }))).toContain(
      'type mismatch in export `f`: expected: (func (result i32)), found: (func (result i64))',
    );
    expect(await outcomeOf(() => user({ ...given, 'the-answer': {} }))).toContain('without its core module the-answer');
  });

  test('an instance within an instance', async () => {
    const given = await parts();
    const instance = await user(given);
    expect(await call(instance, 'fromNested')).toBe(42);
    const host = await user({ ...given, outer: { innerPart: { count: () => 9 } } });
    expect(await call(host, 'fromNested')).toBe(9);
    expect(await outcomeOf(() => user({ ...given, outer: {} }))).toContain('without its instance inner-part');
  });

  test('a component is instantiated by the one that imports it', async () => {
    const instance = await user(await parts());
    expect(await call(instance, 'fromComponent')).toBe(14);
    // The resource is of the inner instance, and dropped there.
    expect(await call(instance, 'countUp')).toBe(12);
    expect(await call(instance, 'countUp')).toBe(1112);
    expect(await outcomeOf(async () => user({ ...(await parts()), doubler: {} }))).toContain('was not supplied with a component');
  });

  test('a resource with functions of another component', async () => {
    class Item {
      readonly #n: number;
      constructor(n: number) {
        this.#n = n;
      }
      get(): number {
        return this.#n;
      }
    }
    const items = { 'test:link/items@1.0.0': { Item } } as unknown as Imports;
    const { exports } = await (await component('link-methods')).instantiate(items);
    const { Item: More } = exports['test:link/more-items@1.0.0'] as { Item: typeof Item & { largest(): number; prototype: { twice(): number } } };
    const item = new Item(5);
    expect(item).toBeInstanceOf(More);
    expect({}).not.toBeInstanceOf(More);
    expect(await More.prototype.twice.call(item)).toBe(10);
    expect(await More.largest()).toBe(99);
    // What only passes through is the host's own class.
    expect((exports['test:link/same-items@1.0.0'] as { Item: unknown }).Item).toBe(Item);
    const linked = await (await component('link-methods-user')).instantiate({ ...items, ...exports } as Imports);
    expect(await (linked.exports['all'] as Call)(item)).toBe(51_099);
    // The same resource of two interfaces has to be one class.
    class Other extends Item {}
    const mixed = { 'test:link/items@1.0.0': { Item: Other } } as unknown as Imports;
    expect(await outcomeOf(async () => (await component('link-methods-user')).instantiate({ ...exports, ...mixed } as Imports))).toContain(
      'the import test:link/more-items@1.0.0 has another class for the resource item than test:link/items@1.0.0',
    );
  });
}
