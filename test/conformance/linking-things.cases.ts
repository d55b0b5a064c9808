import { expect, test } from 'vitest';
import type { Instance } from '../../src/core/engine/engine.ts';
import { within } from '../lib/until.ts';
import { type Call, type Links, outcomeOf } from './linking.suite.ts';

interface Thing extends Disposable {
  get(): number;
  add(n: number): Promise<number>;
}

interface Things {
  Thing: { new (n: number): Thing; parse(text: string): Thing; join(a: Thing, b: Thing): Thing };
  peek(thing: Thing): number;
  consume(thing: Thing): number;
  live(): number;
}

interface Uses extends Record<'round' | 'take' | 'look' | 'addLater' | 'keep' | 'twice' | 'dropLent', Call> {
  make(n: number): Thing;
  many(n: number): Thing[];
  perhaps(thing: Thing | undefined): Thing | undefined;
  parse(text: string): Thing;
}

/** Resources of one component in the hands of another, and of the host. */
export function thingCases({ instantiate }: Links): void {
  const linked = async (): Promise<{ provider: Instance; things: Things; uses: Uses; user: Instance }> => {
    const provider = await instantiate('link-things');
    const user = await instantiate('link-things-user', provider);
    return { provider, things: provider.exports['test:link/things@1.0.0'] as Things, user, uses: user.exports['use-things'] as Uses };
  };

  test('constructor, methods and static functions', async () => {
    const { things, uses } = await linked();
    expect(await uses.round()).toBe(1207);
    expect(things.live()).toBe(0);
  });

  test('an owned handle goes out, comes back and is dropped once', async () => {
    const { things, uses } = await linked();
    const thing = uses.make(5);
    expect(thing).toBeInstanceOf(things.Thing);
    expect(things.live()).toBe(1);
    expect(thing.get()).toBe(5);
    expect(await thing.add(2)).toBe(7);
    expect(await uses.take(thing)).toBe(5);
    expect(things.live()).toBe(0);
    expect(await outcomeOf(() => uses.take(thing))).toContain('Not a valid "thing" resource');
  });

  test('the class is the same wherever it is exported', async () => {
    const { things, uses, user } = await linked();
    expect((user.exports['use-things'] as { Thing: unknown }).Thing).toBe(things.Thing);
    const thing = new things.Thing(3);
    expect(await uses.look(thing)).toBe(3);
    expect(await uses.look(thing)).toBe(3);
    thing[Symbol.dispose]();
    expect(things.live()).toBe(0);
  });

  test('a borrowed handle is lent on, also for as long as an async call takes', async () => {
    const { things, uses } = await linked();
    const thing = new things.Thing(40);
    expect(await within(uses.addLater(thing, 2) as Promise<unknown>, 'the call answers')).toBe(42);
    expect(things.consume(thing)).toBe(40);
  });

  test('in lists, options and results', async () => {
    const { things, uses } = await linked();
    const many = uses.many(3);
    expect(many.map((thing) => thing.get())).toEqual([0, 1, 2]);
    expect(things.live()).toBe(3);
    const back = uses.perhaps(many[2]);
    expect(back?.get()).toBe(2);
    expect(uses.perhaps(undefined)).toBeUndefined();
    expect(uses.parse('7').get()).toBe(7);
    expect(() => uses.parse('x')).toThrow(expect.objectContaining({ payload: 'not a number' }));
    for (const thing of [many[0], many[1], back]) thing?.[Symbol.dispose]();
    expect(things.live()).toBe(1);
  });

  test.each([
    ['a borrow that is kept', 'keep', 'borrow handles still remain at the end of the call', 1],
    ['a handle that is given away twice', 'twice', 'unknown handle index', 0],
  ] as const)('%s', async (_what, name, message, live) => {
    const { things, uses } = await linked();
    const thing = new things.Thing(1);
    expect(await outcomeOf(() => uses[name](thing))).toContain(message);
    // Who defines the resource has done nothing wrong, and goes on.
    expect(things.live()).toBe(live);
    expect(new things.Thing(9).get()).toBe(9);
  });

  test('a handle that is dropped while it is lent', async () => {
    const { uses } = await linked();
    expect(await outcomeOf(() => uses.dropLent())).toContain('cannot remove owned resource while borrowed');
  });

  test('a resource of one instance is none of another', async () => {
    const { things } = await linked();
    const { uses } = await linked();
    expect(await outcomeOf(() => uses.look(new things.Thing(1)))).toContain('Not a valid "thing" resource');
  });

  test('an object that was disposed, or is something else, is the failure of that call alone', async () => {
    const { things } = await linked();
    const thing = new things.Thing(1);
    const other = new things.Thing(2);
    thing[Symbol.dispose]();
    expect(await outcomeOf(() => thing.get())).toContain('Not a valid "thing" resource');
    expect(await outcomeOf(() => thing.add(1))).toContain('Not a valid "thing" resource');
    expect(await outcomeOf(() => things.peek({} as Thing))).toContain('Not a valid "thing" resource');
    expect(await outcomeOf(() => things.Thing.join(other, thing))).toContain('Not a valid "thing" resource');
    expect(await new things.Thing(3).add(1)).toBe(4);
  });

  test('an instance whose resource somebody holds is not brought back to its first state', async () => {
    const { provider, things } = await linked();
    const thing = new things.Thing(1);
    expect(provider.restore?.({})).toBe(false);
    thing[Symbol.dispose]();
    expect(provider.restore?.({})).toBe(true);
    expect(things.live()).toBe(0);
  });
}
