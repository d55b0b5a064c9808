import { describe, expect, test } from 'vitest';
import type { Imports, Instance } from '../../src/core/engine/engine.ts';
import { camelCase } from '../../src/core/engine/names.ts';
import { messageOf } from '../../src/core/errors.ts';
import type { Harness } from '../harness.ts';
import { until, within } from '../lib/until.ts';
import { coreTrapCases, trapCases } from './traps.cases.ts';

type Call = (...args: unknown[]) => unknown;

class Thing {}
class Other {}

/** Arguments of those exports that take some. */
const argumentsOf: Readonly<Record<string, () => unknown[]>> = {
  'realloc-bounds': () => ['some text'],
  'realloc-align': () => [[1]],
  'realloc-unreachable': () => ['text'],
  'realloc-leaves': () => ['text'],
  keep: () => [new Thing()],
  'give-borrowed': () => [new Thing()],
};

/** Every trap names whose, in which function, and what it was; it ends its own instance and touches nothing else. */
export function trapsSuite({ platform, component, createTestHost, guest }: Harness): void {
  const never = (): Promise<never> => new Promise(() => {});
  const takes = ['takeString', 'takeList', 'takeStrings', 'takeChar', 'takeColour', 'takeShape', 'takeOption', 'takeMany', 'takeOwn', 'takeBoth', 'takeStream'];
  const host = {
    Thing,
    Other,
    ...Object.fromEntries(takes.map((name) => [name, () => undefined])),
    givePair: () => [1, 2n],
    make: () => new Thing(),
    makeOther: () => new Other(),
    lend: never,
    start: never,
  };
  const create = async (name?: string): Promise<Instance> =>
    (await component('bad-guest')).instantiate({ 'test:bad/host': host } as unknown as Imports, name === undefined ? {} : { name });
  const call = ({ exports }: Instance, name: string, ...args: unknown[]): unknown => (exports[camelCase(name)] as Call)(...args);
  const failureOf = async (run: () => unknown): Promise<string> => {
    try {
      await within(Promise.resolve(run()), 'the call ends');
      return 'nothing failed';
    } catch (failure) {
      return messageOf(failure);
    }
  };

  /** Runs an export that fails between two instances that do not: what was said of it. */
  const fail = async (name: string): Promise<string> => {
    const bystander = await create();
    const before = call(bystander, 'sum');
    const victim = await create('victim');
    const said = await failureOf(() => call(victim, name, ...(argumentsOf[name]?.() ?? [])));
    expect(await failureOf(() => call(victim, 'sum'))).toBe('component victim: sum: cannot enter component instance: it has trapped before');
    expect(call(bystander, 'sum')).toBe(before);
    expect(call(await create(), 'sum')).toBe(before);
    return said;
  };

  describe.each(Object.entries(trapCases))(`${platform}: traps: %s`, (_group, cases) => {
    test.each(cases)('%s', async (name, message) => {
      expect(await fail(name)).toBe(`component victim: ${message}`);
    });
  });

  describe(`${platform}: traps: core code`, () => {
    test.each(coreTrapCases)('%s', async (name, words) => {
      const said = await fail(name);
      expect(said).toMatch(words);
      expect(said.startsWith(`component victim: ${name}: `)).toBe(true);
    });
  });

  describe(`${platform}: traps in a component in a component`, () => {
    test.each([
      ['crash-inside', 'shop/database: crash: unreachable'],
      ['text-out', 'shop: take: parameter 1 (text): string content out-of-bounds'],
      ['text-in', 'shop/database: take: parameter 1 (text): string content out-of-bounds: realloc return: beyond end of memory'],
      ['result-out', 'shop/database: give: result: pointer out of bounds of memory'],
    ])('%s', async (name, message) => {
      const made = await component('bad-nested');
      expect(await failureOf(async () => call(await made.instantiate({}), name))).toContain(`component ${message}`);
      // A name takes the place of the component's own.
      expect(await failureOf(async () => call(await made.instantiate({}, { name: 'victim' }), name))).toContain(
        `component ${message.replace('shop', 'victim')}`,
      );
    });
  });

  describe(`${platform}: traps`, () => {
    test('after a call has its answer there is nobody to throw at: the instance fails', async () => {
      const victim = await create('victim');
      await within(call(victim, 'return-twice') as Promise<unknown>, 'the call answers');
      const reason = await within(new Promise((resolve) => victim.onFault(resolve)), 'the instance fails');
      expect(messageOf(reason)).toBe('component victim: return-twice: invalid `task.return` signature and/or options for current task');
    });

    test('a value of the host that does not fit says where it is', async () => {
      const victim = await create('victim');
      expect(await failureOf(() => call(victim, 'realloc-bounds', 5))).toBe(
        'component victim: realloc-bounds: parameter 1 (text): expected string, got number 5',
      );
      const made = (await component('bad-guest')).instantiate({ 'test:bad/host': { ...host, make: () => 'no thing' } } as unknown as Imports, {
        name: 'victim',
      });
      expect(await failureOf(async () => call(await made, 'own-twice'))).toBe(
        'component victim: make of test:bad/host: result: Resource error: Not a valid "thing" resource.',
      );
    });

    test('what a host function throws is its own, word for word', async () => {
      const thrown = new Error('the host is out of things');
      const failing = {
        ...host,
        make: () => {
          throw thrown;
        },
      };
      const victim = await (await component('bad-guest')).instantiate({ 'test:bad/host': failing } as unknown as Imports, { name: 'victim' });
      await expect((async () => call(victim, 'own-twice'))()).rejects.toBe(thrown);
      expect(thrown.message).toBe('the host is out of things');
    });

    test('without a name, a component is called what its bytes call it', async () => {
      expect(await failureOf(async () => call(await create(), 'core-unreachable'))).toBe('component root: core-unreachable: unreachable');
    });

    test('a log line says which workload it was', async () => {
      const { host: running, log } = await createTestHost();
      const workload = await running.start({ component: await guest('wat-trap'), name: 'faulty' });
      await workload.fetch('/');
      const said = (): boolean =>
        log.lines.some(({ message }) => message.includes('component faulty: handle of wasi:http/incoming-handler@0.2.12: unreachable'));
      await until(said, 'the trap is logged');
      await running.stop();
    });
  });
}
