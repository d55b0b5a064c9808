import assert from 'node:assert/strict';
import { all, type Bench, type Call, type Case, exported, pair, type Readable, single, turns } from './case.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
async function* later(values: Uint8Array): AsyncGenerator<Uint8Array> {
  await turns(10);
  yield values;
}

/** The host drives a component that reads and writes as it is told. */
async function exchange({ instantiate }: Bench): Promise<void> {
  const { exchange: start } = exported(await instantiate('general/async-transmit-callee.wasm'), 'local:local/transmit');
  let tell: (value: unknown) => void = () => {};
  async function* controls(): AsyncGenerator<unknown> {
    for (;;) {
      const next = await new Promise((resolve) => (tell = resolve));
      if (next === undefined) return;
      yield next;
    }
  }
  const control = async (value: unknown): Promise<void> => {
    tell(value);
    await turns(5);
  };
  const sent: string[] = ['a'];
  async function* stream(): AsyncGenerator<string> {
    while (sent.length > 0) yield sent.shift() as string;
    await new Promise(() => {});
  }
  const answer = await start?.(controls(), stream(), Promise.resolve('b'), new Promise(() => {}));
  const [calleeStream, calleeFuture] = answer as [Readable<string[]>, PromiseLike<string>];
  await turns(5);
  await control({ tag: 'read-stream', val: 'a' });
  await control({ tag: 'read-future', val: 'b' });
  await control({ tag: 'write-stream', val: 'c' });
  assert.deepEqual((await calleeStream.read({ count: 1 })).value, ['c']);
  await control({ tag: 'write-future', val: 'd' });
  assert.equal(await calleeFuture, 'd');
  tell(undefined);
}

async function readiness({ instantiate }: Bench): Promise<void> {
  const expected = bytes(2, 4, 6, 8, 9);
  const { start } = exported(await instantiate('general/async-readiness.wasm'), 'local:local/readiness');
  const [stream, values] = (await (start as Call)(later(expected), expected)) as [unknown, Uint8Array];
  assert.deepEqual(await all(stream), [...values]);
}

async function synchronousTransmit({ instantiate }: Bench): Promise<void> {
  const expected = bytes(2, 4, 6, 8, 9);
  const { start } = exported(await instantiate('general/async-synchronous-transmit.wasm'), 'local:local/synchronous-transmit');
  const ten = turns(10).then(() => 10);
  const [stream, values, future, value] = (await (start as Call)(expected, expected, ten, 10)) as [unknown, Uint8Array, PromiseLike<number>, number];
  const [items, item] = await Promise.all([all(stream), future]);
  assert.deepEqual(items, [...values]);
  assert.equal(item, value);
}

async function shortReads({ instantiate }: Bench): Promise<void> {
  const own = exported(await instantiate('general/async-short-reads.wasm'), 'local:local/short-reads');
  const Thing = own['Thing'] as unknown as { new (text: string): { get(): Promise<string> } };
  const words = ['a', 'b', 'c', 'd', 'e'];
  const stream = (await own['shortReads']?.(words.map((word) => new Thing(word)))) as Readable<{ get(): Promise<string> }[]>;
  const heard: string[] = [];
  for (;;) {
    const { value, done } = await stream.read({ count: 1 });
    for (const thing of value ?? []) heard.push(await thing.get());
    if (done) break;
  }
  assert.deepEqual(heard, words);
}

async function closedStreams({ instantiate }: Bench): Promise<void> {
  const closed = exported(await instantiate('streams/async-closed-streams.wasm'), 'local:local/closed');
  const values = bytes(1, 2, 3, 4, 5);
  await closed['readStream']?.(later(values), values);
  await closed['readFuture']?.(Promise.resolve(7), 7, Promise.resolve(0));
  await closed['readFuturePostReturn']?.(Promise.resolve(7), 7, Promise.resolve(0));
  await turns(20);
}

async function units({ instantiate }: Bench): Promise<void> {
  const { run } = exported(await instantiate('streams/async-unit-stream-callee.wasm'), 'local:local/unit-stream');
  const stream = (await run?.(100)) as Readable<ArrayLike<undefined>>;
  let count = 0;
  for (;;) {
    const { value, done } = await stream.read({ count: 7 });
    count += value?.length ?? 0;
    if (done) break;
  }
  assert.equal(count, 100);
}

class X {
  foo(): void {}
}
const resources = (): Record<string, unknown> => ({
  'local:local/resource-stream': { X, foo: async (count: number) => Array.from({ length: count }, () => new X()) },
});

const of = (name: string, fixture: string, run: (bench: Bench) => Promise<void>): Case => ({ name, fixtures: [fixture], run });

export const streams: readonly Case[] = [
  of('readiness', 'general/async-readiness.wasm', readiness),
  of('synchronous transmit', 'general/async-synchronous-transmit.wasm', synchronousTransmit),
  of('short reads', 'general/async-short-reads.wasm', shortReads),
  of('transmit callee', 'general/async-transmit-callee.wasm', exchange),
  pair('transmit composed', 'general/async-transmit-caller.wasm', 'general/async-transmit-callee.wasm'),
  of('closed stream', 'streams/async-closed-stream.wasm', async ({ instantiate }) => {
    const { get } = exported(await instantiate('streams/async-closed-stream.wasm'), 'local:local/closed-stream');
    assert.deepEqual(await all(await get?.()), []);
  }),
  of('closed streams', 'streams/async-closed-streams.wasm', closedStreams),
  single('read resource stream', 'streams/async-read-resource-stream.wasm', resources),
  of('unit stream callee', 'streams/async-unit-stream-callee.wasm', units),
  pair('unit stream composed', 'streams/async-unit-stream-caller.wasm', 'streams/async-unit-stream-callee.wasm'),
];
