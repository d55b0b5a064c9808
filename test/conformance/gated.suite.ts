import { describe, expect, test } from 'vitest';
import type { Imports, Instance } from '../../src/core/engine/engine.ts';
import { messageOf } from '../../src/core/errors.ts';
import type { Harness } from '../harness.ts';
import { until, within } from '../lib/until.ts';

type Call = (...args: unknown[]) => unknown;

/** What no released text of the component model has on by default. */
export function gatedSuite({ platform, component }: Harness): void {
  const call = (instance: Instance, name: string, ...args: unknown[]): unknown => (instance.exports[name] as Call)(...args);
  const failureOf = async (run: () => unknown): Promise<string> => {
    try {
      await run();
      return 'nothing failed';
    } catch (failure) {
      return messageOf(failure);
    }
  };

  describe(`${platform}: error contexts`, () => {
    const create = async (): Promise<Instance> => (await component('gated-error-context')).instantiate({});

    test('one that a component makes has its message, in the host and in other components', async () => {
      const [first, second] = [await create(), await create()];
      const failure = await call(first, 'make', 'it broke \u{1f4a5}');
      expect(failure).toMatchObject({ message: 'it broke \u{1f4a5}' });
      const passed = await call(first, 'pass', failure);
      expect(await call(second, 'read', passed)).toBe('it broke \u{1f4a5}');
      // A copy is not used up.
      expect(await call(first, 'read', failure)).toBe('it broke \u{1f4a5}');
    });

    test('a host gives any error, or a text', async () => {
      const instance = await create();
      expect(await call(instance, 'read', new TypeError('of the host'))).toBe('of the host');
      expect(await call(instance, 'read', 'in words')).toBe('in words');
    });

    test('traps', async () => {
      expect(await failureOf(async () => call(await create(), 'readAtEnd', 'x'))).toContain('invalid debug message pointer');
      expect(await failureOf(async () => call(await create(), 'dropTwice', 'x'))).toContain('unknown handle index 1');
    });
  });

  describe(`${platform}: memories that are indexed by i64`, () => {
    const create = async (): Promise<Instance> =>
      (await component('gated-memory64')).instantiate({ 'test:gated/host': { join: (words: string[]) => words.join(' ') } } as unknown as Imports);

    test('strings and lists cross, both ways', async () => {
      expect(await call(await create(), 'join', ['one', 'zwölf', ''])).toBe('one zwölf ');
    });

    test('streams are read', async () => {
      expect(await within(call(await create(), 'count', ['one', 'two', 'three']) as Promise<unknown>, 'all is read')).toEqual([3n, 11n]);
    });

    test('pointers beyond 32 bits are not cut off', async () => {
      const instance = await create();
      expect(await call(instance, 'poll')).toBe(0);
      expect(await failureOf(() => call(instance, 'pollFar'))).toContain('pointer out of bounds');
    });
  });

  describe(`${platform}: built-ins that hostling has not`, () => {
    test('a component that only mentions them runs; calling one is a trap that names it', async () => {
      const instance = await (await component('gated-threads')).instantiate({});
      expect(await call(instance, 'add', 2, 3)).toBe(5);
      expect(await failureOf(() => call(instance, 'spawn'))).toContain('thread.new-indirect is not supported');
      expect(await failureOf(() => call(instance, 'add', 2, 3))).toContain('cannot enter component instance');
    });
  });

  describe(`${platform}: async functions without a callback`, () => {
    const create = async (wait: Call): Promise<Instance> => (await component('gated-stackful')).instantiate({ 'demo:w/host': { wait } } as unknown as Imports);

    test.each(['call', 'set'])('many stacks of one instance wait at the same time: %s', async (name) => {
      const waiting = new Map<number, (value: number) => void>();
      const instance = await create((n) => new Promise<number>((resolve) => void waiting.set(n as number, resolve)));
      const calls = [1, 2, 3].map((n) => call(instance, name, n) as Promise<number>);
      await until(() => waiting.size === 3, 'three calls wait');
      // They go on in any order: nobody has the instance for itself.
      for (const n of [3, 1, 2]) waiting.get(n)?.(n * 10);
      const factor = name === 'set' ? 20 : 10;
      expect(await within(Promise.all(calls), 'all answer')).toEqual([factor, 2 * factor, 3 * factor]);
    });

    test('one that need not wait does not', async () => {
      const instance = await create((n) => n);
      expect(await within(call(instance, 'call', 7) as Promise<number>, 'it answers')).toBe(7);
      expect(await within(call(instance, 'set', 7) as Promise<number>, 'it answers')).toBe(14);
    });

    test('arguments that do not fit, of a call that waits for its turn, are only its own failure', async () => {
      const waiting = new Map<number, (value: number) => void>();
      const instance = await create((n) => new Promise<number>((resolve) => void waiting.set(n as number, resolve)));
      const first = call(instance, 'alone', 1) as Promise<number>;
      const wrong = (async () => call(instance, 'alone', 'two'))();
      const third = call(instance, 'alone', 3) as Promise<number>;
      await until(() => waiting.has(1), 'the first call waits');
      expect(waiting.size).toBe(1);
      waiting.get(1)?.(10);
      await expect(within(wrong, 'the second call ends')).rejects.toThrow(/parameter 1 \(n\): expected u32 as number, got string/);
      await until(() => waiting.has(3), 'the third call waits');
      waiting.get(3)?.(30);
      expect(await within(Promise.all([first, third]), 'the others answer')).toEqual([10, 30]);
    });

    test('they take turns', async () => {
      const instance = await create((n) => n);
      const calls = [call(instance, 'turns', 2), call(instance, 'turns', 5)];
      const [first, second] = (await within(Promise.all(calls), 'both answer')) as number[];
      // The second had its turns before the first had ended, which would have counted two otherwise.
      expect(first).toBeGreaterThan(2);
      expect(second).toBe(7);
    });

    test('a read waits on the stack', async () => {
      const instance = await create((n) => n);
      async function* numbers(): AsyncGenerator<number> {
        yield* [1, 2, 3, 4];
      }
      expect(await within(call(instance, 'sum', numbers()) as Promise<number>, 'it answers')).toBe(10);
    });

    test('one that ends without an answer is a trap', async () => {
      const instance = await create((n) => n);
      expect(await failureOf(() => within(call(instance, 'nothing', 1) as Promise<number>, 'it fails'))).toContain('failed to produce a result');
    });
  });
}
