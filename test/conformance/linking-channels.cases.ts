import { expect, test } from 'vitest';
import type { Instance } from '../../src/core/engine/engine.ts';
import { fromGuestFuture, fromGuestStream, readAll, sourceOf, toGuestStream } from '../../src/core/engine/streams.ts';
import { until, within } from '../lib/until.ts';
import { type Call, type Links, outcomeOf } from './linking.suite.ts';

type Channels = Record<'count' | 'sum' | 'later' | 'laterOr' | 'pass' | 'passAll' | 'passDeep' | 'taken', (...args: unknown[]) => Promise<unknown>>;

/** What a stream of anything but bytes has, to its end. */
async function heard(stream: unknown): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of stream as AsyncIterable<unknown>) all.push(item);
  return all;
}

/** Streams and futures that one component writes and another, or the host, reads. */
export function channelCases({ instantiate }: Links): void {
  const linked = async (): Promise<{ provider: Instance; user: Instance; inner: Channels; middle: Channels; outer: Channels }> => {
    const provider = await instantiate('link-channels');
    const user = await instantiate('link-channels-user', provider);
    const last = await instantiate('link-channels-user', user);
    const of = ({ exports }: Instance): Channels => exports['test:link/channels@1.0.0'] as Channels;
    return { provider, user, inner: of(provider), middle: of(user), outer: of(last) };
  };
  const bytesOf = async (stream: unknown): Promise<number[]> => [...(await within(readAll(fromGuestStream(stream)), 'the stream ends', 20_000))];
  const counted = (n: number): number[] => Array.from({ length: n }, (_, index) => index & 255);

  test('a component reads what another writes', async () => {
    const { user } = await linked();
    const total = user.exports['total'] as (n: number) => Promise<number>;
    expect(await within(total(100), 'all is read')).toBe(4950);
    expect(await within(total(0), 'nothing is read')).toBe(0);
  });

  test('the host reads what a component writes, through others', async () => {
    const { middle, outer } = await linked();
    expect(await bytesOf(await middle.count(10))).toEqual(counted(10));
    expect(await bytesOf(await outer.count(200_000))).toEqual(counted(200_000));
  });

  test('a component reads what the host writes, through others', async () => {
    const { outer } = await linked();
    expect(await within(outer.sum([1, 2, 3, 4, 5, 6, 7]), 'all is read')).toBe(28);
    async function* numbers(): AsyncGenerator<number> {
      for (let n = 1; n <= 100; n++) yield n;
    }
    expect(await within(outer.sum(numbers()), 'all is read')).toBe(5050);
  });

  test('dropping a stream reaches the component that writes it', async () => {
    const { inner, outer, user } = await linked();
    const stream = fromGuestStream(await outer.count(1000));
    expect((await stream.read(10))?.length).toBe(10);
    stream.cancel();
    const { taken } = inner as unknown as { taken: () => number };
    await until(() => taken() === 10, 'ten bytes were taken');
    await within((user.exports['forget'] as (n: number) => Promise<void>)(1000), 'the stream is dropped unread');
    expect(taken()).toBe(10);
  });

  test('futures', async () => {
    const { middle, outer } = await linked();
    expect(await within(fromGuestFuture(await middle.later(7)), 'the future resolves')).toBe(7);
    expect(await within(fromGuestFuture(await outer.later(8)), 'the future resolves')).toBe(8);
    expect(await within(fromGuestFuture(await outer.laterOr(9)), 'the future resolves')).toBe(9);
  });

  test('streams and futures of the host go through and come back', async () => {
    const { outer } = await linked();
    const bytes = new Uint8Array(100_000).map((_, index) => index);
    expect(await bytesOf(await outer.pass(toGuestStream(sourceOf(bytes))))).toEqual([...bytes]);
    const ticks = { read: (): unknown => undefined, cancel: () => {} };
    const [words, none, last] = (await within(outer.passAll(['one', 'two'], toGuestStream(ticks), Promise.resolve('the last')), 'all pass')) as unknown[];
    expect(await heard(words)).toEqual(['one', 'two']);
    expect(await heard(none)).toEqual([]);
    expect(await fromGuestFuture(last)).toBe('the last');
    expect(await within(fromGuestFuture(await outer.passDeep(Promise.resolve(Promise.resolve(5)))), 'the inner future resolves')).toBe(5);
  });

  test('what passes through a component outlives it', async () => {
    const { inner, middle, user } = await linked();
    const there = await inner.count(50);
    const passed = await middle.pass(there);
    user.dispose();
    expect(await bytesOf(passed)).toEqual(counted(50));
  });

  test('a component that fails while another reads is a failure for who asked', async () => {
    const { provider, user } = await linked();
    const stream = fromGuestStream(await (user.exports['test:link/channels@1.0.0'] as Channels).count(100));
    expect((await stream.read(10))?.length).toBe(10);
    const reading = (async (): Promise<string> => outcomeOf(async () => readAll(stream)))();
    provider.dispose();
    expect(await within(reading, 'the read ends')).not.toBe('');
    expect(await outcomeOf(() => (user.exports['total'] as Call)(1))).toContain('the instance was let go');
  });
}
