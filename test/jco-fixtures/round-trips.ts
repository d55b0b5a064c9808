import assert from 'node:assert/strict';
import type { Instance } from '../../src/core/engine/engine.ts';
import { type Call, type Case, exported, turns } from './case.ts';

const hostFoo = async (text: string): Promise<string> => {
  await turns(10);
  return `${text} - entered host - exited host`;
};
const texts = ['hello, world!', '\u00a1hola, mundo!', "hi y'all!"];
const passed = (text: string, components: number): string => {
  const ins = ' - entered guest'.repeat(components);
  return `${text}${ins} - entered host - exited host${' - exited guest'.repeat(components)}`;
};

/** A chain of components, the first one given the host's function, each one after it the exports of the one before. */
function chain(title: string, stem: string, kinds: readonly string[], host: Readonly<Record<string, unknown>>, check: (last: Instance) => Promise<void>): Case {
  const fixtures = kinds.map((kind) => `round-trip/${stem}-${kind}.wasm`);
  return {
    name: `${title} ${kinds.join(' + ')}`,
    fixtures,
    async run({ instantiate }) {
      let given = host;
      let last: Instance | undefined;
      for (const fixture of fixtures) {
        last = await instantiate(fixture, given);
        given = last.exports;
      }
      if (last !== undefined) await check(last);
    },
  };
}

/** A string goes through components to the host and back; calls overlap. */
function roundTrip(kinds: readonly string[]): Case {
  return chain('round-trip', 'async-round-trip', kinds, { 'local:local/baz': { foo: hostFoo } }, async (last) => {
    const foo = exported(last, 'local:local/baz')['foo'] as Call;
    assert.deepEqual(
      await Promise.all(texts.map((text) => foo(text))),
      texts.map((text) => passed(text, kinds.length)),
    );
  });
}

/** Many values do. */
function roundTripMany(kinds: readonly string[]): Case {
  const stuff = { a: Int32Array.from({ length: 42 }, () => 42), b: true, c: 424_242n };
  const rest = [42, new Uint8Array(42).fill(42), [4242n, 424_242_424_242n], stuff, stuff, { tag: 'err', val: undefined }];
  const host = { 'local:local/many': { foo: async (text: string, ...others: unknown[]) => [await hostFoo(text), ...others] } };
  return chain('round-trip many', 'async-round-trip-many', kinds, host, async (last) => {
    const foo = exported(last, 'local:local/many')['foo'] as Call;
    assert.deepEqual(
      await Promise.all(texts.map((text) => foo(text, ...rest))),
      texts.map((text) => [passed(text, kinds.length), ...rest]),
    );
  });
}

const direct = 'round-trip/async-round-trip-direct-stackless.wasm';
const kinds = ['stackless', 'synchronous', 'wait', 'stackful'];
const pairs = kinds.flatMap((one) => kinds.map((other) => [one, other]));

export const roundTrips: readonly Case[] = [
  {
    name: 'round-trip direct stackless',
    fixtures: [direct],
    async run({ instantiate }) {
      const inner = await instantiate(direct, { foo: hostFoo });
      const outer = await instantiate(direct, { foo: inner.exports['foo'] });
      assert.equal(await (inner.exports['foo'] as Call)('x'), passed('x', 1));
      assert.equal(await (outer.exports['foo'] as Call)('x'), passed('x', 2));
    },
  },
  ...[...kinds, 'stackless-sync-import'].map((kind) => roundTrip([kind])),
  ...pairs.map(roundTrip),
  ...kinds.map((kind) => roundTripMany([kind])),
  ...pairs.map(roundTripMany),
];
