import { expect, test } from 'vitest';
import type { Instance } from '../../src/core/engine/engine.ts';
import { within } from '../lib/until.ts';
import { type Call, type Links, outcomeOf } from './linking.suite.ts';

const everything = {
  yes: true,
  a: -128,
  b: 255,
  c: -32768,
  d: 65535,
  e: -2147483648,
  f: 4294967295,
  g: -(2n ** 63n),
  h: 2n ** 64n - 1n,
  i: 0.5,
  j: -1.7976931348623157e308,
  k: '\u{1f600}',
  text: 'h\u00e9llo \u{1f600} and a longer text than is copied by hand',
  bytes: Uint8Array.of(0, 1, 255),
  words: ['', 'one', 'zwei \u00fc'],
  points: [
    { x: 1, y: -1 },
    { x: -2, y: 2 },
  ],
  pair: [18446744073709551615n, 'of the pair'],
  maybe: 'some text',
  deep: { tag: 'some', val: 7 },
  outcome: { tag: 'err', val: 'no number' },
  bare: { tag: 'ok', val: undefined },
  shapes: [{ tag: 'none' }, { tag: 'circle', val: 2.5 }, { tag: 'label', val: 'name' }, { tag: 'sides', val: Uint32Array.of(1, 2, 3) }],
  tint: 'light-green',
  may: { read: true, write: false, runIt: true },
};

const sparse = {
  ...everything,
  text: '',
  bytes: new Uint8Array(0),
  words: [],
  points: [],
  maybe: undefined,
  deep: { tag: 'none' },
  outcome: { tag: 'ok', val: 3 },
  bare: { tag: 'err', val: undefined },
  shapes: [],
  may: { read: false, write: false, runIt: false },
};

interface Values {
  echo: Call;
  echoLater: Call;
  divide: Call;
  divideLater: Call;
  nothing: Call;
  crash: Call;
  crashLater: Call;
  cancelled: Call;
}

const valuesOf = ({ exports }: Instance): Values => exports['test:link/values@1.0.0'] as Values;

/** Functions and values of every type, through one component and through two. */
export function valueCases({ instantiate }: Links): void {
  const linked = async (): Promise<{ provider: Instance; user: Instance; outer: Instance }> => {
    const provider = await instantiate('link-values');
    const user = await instantiate('link-values-user', provider);
    const outer = await instantiate('link-values-user', provider, user);
    return { provider, user, outer };
  };

  test('every type comes back as it went', async () => {
    const { user, outer } = await linked();
    for (const instance of [user, outer]) {
      expect(await valuesOf(instance).echo(everything)).toEqual(everything);
      expect(await valuesOf(instance).echo(sparse)).toEqual(sparse);
    }
  });

  test('the same through async functions', async () => {
    const { user, outer } = await linked();
    for (const instance of [user, outer]) {
      const answers = [everything, sparse, everything].map((value) => valuesOf(instance).echoLater(value));
      expect(await within(Promise.all(answers), 'all calls answer')).toEqual([everything, sparse, everything]);
    }
  });

  test('functions of the world itself', async () => {
    const { user } = await linked();
    expect(await (user.exports['addTwice'] as Call)(2, 20)).toBe(42);
  });

  test.each(['divide', 'divideLater'] as const)('the error of a result: %s', async (name) => {
    const { outer } = await linked();
    expect(await valuesOf(outer)[name](84, 2)).toBe(42);
    await expect((async () => valuesOf(outer)[name](1, 0))()).rejects.toMatchObject({ payload: 'division by zero' });
    // An error of a result is no failure: the instances go on.
    expect(await valuesOf(outer)[name](9, 3)).toBe(3);
    expect(await valuesOf(outer).nothing()).toBeUndefined();
  });

  test.each(['crash', 'crashLater'] as const)('a trap ends the callers with the callee, and nobody else: %s', async (name) => {
    const { provider, user } = await linked();
    const other = await linked();
    expect(await outcomeOf(() => valuesOf(user)[name]())).toContain('unreachable');
    expect(await outcomeOf(() => valuesOf(user).nothing())).toContain('cannot enter component instance');
    expect(await outcomeOf(() => valuesOf(provider).nothing())).toContain('cannot enter component instance');
    expect(await valuesOf(other.user).echo(sparse)).toEqual(sparse);
  });

  test.each(['echo', 'echoLater'] as const)('a value of the host that does not fit is the failure of that call alone: %s', async (name) => {
    const { provider, user } = await linked();
    const wrong = { ...everything, words: ['fits', 5] };
    const where = name === 'echo' ? 'echo' : 'echo-later';
    expect(await outcomeOf(() => valuesOf(user)[name](wrong))).toContain(
      `${where} of test:link/values@1.0.0: parameter 1 (v).words[1]: expected string, got number 5`,
    );
    expect(await outcomeOf(() => valuesOf(user)[name]())).toContain('parameter 1 (v): expected record');
    expect(await valuesOf(user)[name](everything)).toEqual(everything);
    expect(await valuesOf(provider)[name](sparse)).toEqual(sparse);
  });

  test('a call that is cancelled is cancelled in the component that it called', async () => {
    const { provider, user } = await linked();
    // CANCELLED_BEFORE_RETURNED
    expect(await within((user.exports['giveUp'] as Call)() as Promise<unknown>, 'the call is given up')).toBe(4);
    expect(await valuesOf(provider).cancelled()).toBe(1);
    expect(await valuesOf(user).cancelled()).toBe(1);
  });

  test('a component that waits on its stack for another lets others run', async () => {
    const { provider, user } = await linked();
    const waiting = valuesOf(user).echoLater(everything);
    expect(await valuesOf(provider).divide(6, 3)).toBe(2);
    expect(await valuesOf(user).divide(6, 2)).toBe(3);
    expect(await within(waiting as Promise<unknown>, 'the call answers')).toEqual(everything);
  });
}
