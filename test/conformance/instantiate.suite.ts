import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/core/host.ts';
import { withSignal } from '../../src/core/index.ts';
import type { Harness } from '../harness.ts';
import { within } from '../lib/until.ts';

/** An instance whose exports a program calls itself. */
export function instantiateSuite({ platform, createTestHost, guest }: Harness): void {
  const using = async (work: (host: Host) => Promise<void>): Promise<void> => {
    const { host } = await createTestHost();
    try {
      await work(host);
    } finally {
      await host.stop({ graceMs: 0 });
    }
  };
  /** A guest that asks the host and answers with what that says. */
  const open = async (host: Host, wait: (n: number) => unknown) => {
    const instance = await host.instantiate({ component: await guest('wat-async'), interfaces: { 'demo:w/host': () => ({ wait }) } });
    return { ...instance, work: instance.exports['work'] as (n: number) => Promise<number> };
  };

  describe(`${platform}: an instance of one's own`, () => {
    test('has its exports called', () =>
      using(async (host) => {
        const { exports } = await host.instantiate({ component: await guest('wat-sync') });
        expect((exports['add'] as (a: number, b: number) => number)(2, 3)).toBe(5);
        expect(host.workloads.size).toBe(0);
      }));

    test('calls what it imports of the program', () =>
      using(async (host) => {
        const { work } = await open(host, async (n) => n + 1);
        expect(await Promise.all([work(1), work(41)])).toEqual([2, 42]);
      }));

    test('a call of it is cancelled by a signal, and it goes on', () =>
      using(async (host) => {
        const { work } = await open(host, (n) => (n === 1 ? new Promise(() => {}) : n));
        const controller = new AbortController();
        const call = withSignal(controller.signal, () => work(1));
        controller.abort(new Error('changed my mind'));
        await expect(within(call, 'the call ends')).rejects.toMatchObject({ code: 'cancelled' });
        expect(await work(5)).toBe(5);
      }));

    test('fails with the reason it is let go for, calls under way too, and says so', () =>
      using(async (host) => {
        const { work, dispose, onFault } = await open(host, () => new Promise(() => {}));
        const heard: unknown[] = [];
        onFault((reason) => heard.push(reason));
        const call = work(1);
        const why = new Error('enough');
        dispose(why);
        dispose(new Error('again'));
        await expect(within(call, 'the call ends')).rejects.toBe(why);
        await expect(
          within(
            Promise.resolve().then(() => work(2)),
            'the next call ends',
          ),
        ).rejects.toThrow();
        expect(heard).toEqual([why]);
      }));

    test('ends with its host', () =>
      using(async (host) => {
        const { work } = await open(host, () => new Promise(() => {}));
        const call = work(1);
        call.catch(() => {});
        await host.stop({ graceMs: 0 });
        await expect(within(call, 'the call ends')).rejects.toMatchObject({ code: 'host-stopped' });
        await expect(host.instantiate({ component: await guest('wat-sync') })).rejects.toMatchObject({ code: 'host-stopped' });
      }));

    test('gives no more of a stream at a time than its limit, and all of it in the end', () =>
      using(async (host) => {
        const { exports } = await host.instantiate({
          component: await guest('stream-p3'),
          interfaces: { 'demo:w/later': () => ({ get: (n: number) => Promise.resolve(n) }) },
          limits: { streamBytes: 5 },
        });
        const upper = exports['upper'] as (data: Uint8Array) => Promise<{ read(options: { count: number }): Promise<{ value?: Uint8Array; done: boolean }> }>;
        const given = 'what is more than five bytes';
        const stream = await upper(new TextEncoder().encode(given));
        const heard: number[] = [];
        for (;;) {
          const { value, done } = await within(stream.read({ count: 1000 }), 'the next bytes');
          expect(value?.length ?? 0).toBeLessThanOrEqual(5);
          heard.push(...(value ?? []));
          if (done) break;
        }
        expect(new TextDecoder().decode(Uint8Array.from(heard))).toBe(given.toUpperCase());
      }));

    test('is not made without what it imports', () =>
      using(async (host) => {
        await expect(host.instantiate({ component: await guest('wat-async') })).rejects.toMatchObject({
          code: 'import-unserved',
          message: expect.stringContaining('demo:w/host'),
        });
      }));
  });
}
