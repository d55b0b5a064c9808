import { describe, expect, test } from 'vitest';
import { createWebClock } from '../../src/core/clock.ts';
import type { Component, Instance } from '../../src/core/engine/engine.ts';
import type { Extern } from '../../src/core/engine/interface.ts';
import { type GuestStream, fromGuestFuture, fromGuestStream, readAll, sourceOf, toGuestFuture, toGuestStream } from '../../src/core/engine/streams.ts';
import { webEntropy } from '../../src/core/entropy.ts';
import { messageOf } from '../../src/core/errors.ts';
import { parseAllowedHosts } from '../../src/core/http/egress.ts';
import type { InterfaceImpl } from '../../src/core/wasi/interface.ts';
import { InstanceScope } from '../../src/core/wasi/scope.ts';
import { detachedStdio } from '../../src/core/wasi/stdio.ts';
import { createWasi } from '../../src/core/wasi/wasi.ts';
import { resolveImports } from '../../src/core/workload/resolve.ts';
import { createRecordingLog } from '../../src/platform/memory/log.ts';
import type { Harness } from '../harness.ts';
import { until, within } from '../lib/until.ts';
import { guestInterfaces } from './guest-interfaces.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (chunk: Uint8Array): string => new TextDecoder().decode(chunk);

/** Links a component with WASI and interfaces of the test. */
async function instantiate(component: Component, own: Readonly<Record<string, InterfaceImpl>> = {}): Promise<Instance> {
  const wasi = createWasi({
    args: ['test'],
    env: {},
    stdio: detachedStdio(createRecordingLog(), 'test'),
    clock: createWebClock(1_000_000n),
    entropy: webEntropy,
    preopens: {},
    httpOut: undefined,
    egress: parseAllowedHosts([]),
  });
  const serve = (name: string): ReturnType<typeof wasi> => {
    const impl = own[name];
    return impl === undefined ? wasi(name) : () => impl;
  };
  return component.instantiate(resolveImports(component.interface, serve)(new InstanceScope()));
}

/** Rejects when the instance fails. */
function faultOf(instance: Instance): Promise<never> {
  return new Promise((_resolve, reject) => instance.onFault(reject));
}

/** An import or export as one line: kind, name and functions. */
function line({ name, kind, functions = [] }: Extern): string {
  return [kind, name, ...functions.map((func) => `${func.async ? 'async ' : ''}${func.name}`)].join(' | ');
}

/** Components become instances, and values, streams and futures cross both ways. */
export function engineSuite({ platform, createTestHost, guest, component }: Harness): void {
  describe(`${platform}: engine`, () => {
    test.each(Object.entries(guestInterfaces))('inspect: %s', async (name, expected) => {
      const { host } = await createTestHost();
      const { digest, interface: found, imports } = await host.inspect(await guest(name));
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(found.exports.map(line)).toEqual(expected.exports);
      const linked = found.imports.filter((item) => item.kind !== 'type');
      if (expected.imports !== undefined) expect(linked.map(line)).toEqual(expected.imports);
      else expect(linked.map((item) => item.name)).toEqual(expected.importNames);
      expect(imports.filter((item) => !item.served).map((item) => item.name)).toEqual(expected.unserved ?? []);
    });

    test('a synchronous function of the world is called', async () => {
      const { exports } = await instantiate(await component('wat-sync'));
      const add = exports['add'] as (a: number, b: number) => number | Promise<number>;
      expect(await add(2, 40)).toBe(42);
      expect(await add(0xffff_ffff, 1)).toBe(0);
    });

    test('instances share nothing', async () => {
      const made = await component('wat-async');
      const waits: number[] = [];
      const first = await instantiate(made, { 'demo:w/host': { wait: async (n: number) => (waits.push(n), n) } });
      const second = await instantiate(made, { 'demo:w/host': { wait: async (n: number) => n * 100 } });
      const work = (instance: Instance): Promise<number> => (instance.exports['work'] as (n: number) => Promise<number>)(7);
      expect(await Promise.all([work(first), work(second)])).toEqual([7, 700]);
      expect(waits).toEqual([7]);
    });

    test('two calls of one instance wait at the same time', async () => {
      const waiting = new Map<number, PromiseWithResolvers<number>>();
      const { exports } = await instantiate(await component('wat-async'), {
        'demo:w/host': {
          wait: (n: number) => {
            const wait = Promise.withResolvers<number>();
            waiting.set(n, wait);
            return wait.promise;
          },
        },
      });
      const work = exports['work'] as (n: number) => Promise<number>;
      const first = work(1);
      const second = work(2);
      await until(() => waiting.size === 2, 'both calls wait');
      waiting.get(2)?.resolve(22);
      expect(await within(second, 'the second call answers first')).toBe(22);
      waiting.get(1)?.resolve(11);
      expect(await within(first, 'the first call answers')).toBe(11);
    });

    test('many calls of one instance overlap', async () => {
      const { exports } = await instantiate(await component('wat-async'), { 'demo:w/host': { wait: async (n: number) => n + 1 } });
      const work = exports['work'] as (n: number) => Promise<number>;
      const numbers = Array.from({ length: 100 }, (_, index) => index);
      expect(await Promise.all(numbers.map((n) => work(n)))).toEqual(numbers.map((n) => n + 1));
    });

    test('a failing import is the failure of the call, and of nothing else', async () => {
      const made = await component('wat-async');
      const failing = await instantiate(made, { 'demo:w/host': { wait: () => Promise.reject(new Error('the host failed')) } });
      const call = (failing.exports['work'] as (n: number) => Promise<number>)(1);
      const reason = await within(
        Promise.race([call, faultOf(failing)]).then(
          () => 'none',
          (failure: unknown) => messageOf(failure),
        ),
        'the call fails',
      );
      expect(reason).toContain('the host failed');
      failing.dispose();
      const good = await instantiate(made, { 'demo:w/host': { wait: async (n: number) => n } });
      expect(await (good.exports['work'] as (n: number) => Promise<number>)(5)).toBe(5);
    });

    test('a disposed instance stays still, whatever its host functions answer; a call under way never gets a result', async () => {
      const wait = Promise.withResolvers<number>();
      const instance = await instantiate(await component('wat-async'), { 'demo:w/host': { wait: () => wait.promise } });
      let settled = false;
      const note = (): void => void (settled = true);
      void Promise.race([(instance.exports['work'] as (n: number) => Promise<number>)(1), faultOf(instance)]).then(note, () => {});
      instance.dispose();
      wait.resolve(1);
      const other = await instantiate(await component('wat-async'), { 'demo:w/host': { wait: async (n: number) => n } });
      expect(await (other.exports['work'] as (n: number) => Promise<number>)(3)).toBe(3);
      instance.dispose();
      expect(settled).toBe(false);
    });
  });

  describe(`${platform}: streams and futures of a component`, () => {
    const later = { 'demo:w/later': { get: (n: number) => Promise.resolve(n * 2) } };
    type Function = (...args: unknown[]) => Promise<unknown>;
    const call = async (name: string, ...args: unknown[]): Promise<unknown> => {
      const { exports } = await instantiate(await component('stream-p3'), later);
      return within((exports[name] as Function)(...args), `${name} answers`);
    };

    test('a stream of bytes goes in and comes out in chunks', async () => {
      const source = sourceOf(bytes('one '), bytes('two '), bytes('three'));
      const out = fromGuestStream(await call('upper', toGuestStream(source)));
      expect(text(await within(readAll(out), 'the stream ends'))).toBe('ONE TWO THREE');
    });

    test('what comes out is there before all has gone in', async () => {
      const second = Promise.withResolvers<Uint8Array>();
      const chunks = [Promise.resolve(bytes('first')), second.promise];
      const source = { read: async () => chunks.shift(), cancel: () => {} };
      const out = fromGuestStream(await call('upper', toGuestStream(source)));
      expect(text((await within(Promise.resolve(out.read(100)), 'the first chunk')) ?? new Uint8Array(0))).toBe('FIRST');
      second.resolve(bytes('second'));
      expect(text(await within(readAll(out), 'the rest'))).toBe('SECOND');
    });

    test('a megabyte goes through whole', async () => {
      const chunk = new Uint8Array(65_536).fill(0x61);
      const out = fromGuestStream(await call('upper', toGuestStream(sourceOf(...Array.from({ length: 16 }, () => chunk)))));
      const all = await within(readAll(out), 'the stream ends', 25_000);
      expect(all.length).toBe(1_048_576);
      expect(all.every((byte) => byte === 0x41)).toBe(true);
    });

    test('numbers and words stream too', async () => {
      async function* numbers(): AsyncGenerator<number> {
        for (let n = 1; n <= 100; n++) yield n;
      }
      expect(await call('sum', numbers())).toBe(5050);
      const words = (await call('words', 3)) as GuestStream;
      const heard: unknown[] = [];
      for (;;) {
        const { value, done } = await within(words.read({ count: 10 }), 'the next words');
        if (Array.isArray(value)) heard.push(...(value as unknown[]));
        else if (value !== undefined) heard.push(value);
        if (done) break;
      }
      expect(heard).toEqual(['word 1', 'word 2', 'word 3']);
    });

    test('an empty stream ends', async () => {
      expect(text(await readAll(fromGuestStream(await call('upper', toGuestStream(sourceOf())))))).toBe('');
    });

    test('dropping a stream that the guest writes cancels the one it reads', async () => {
      const cancelled = Promise.withResolvers<void>();
      const source = { read: async () => bytes('more '), cancel: () => cancelled.resolve() };
      const out = fromGuestStream(await call('upper', toGuestStream(source)));
      await within(Promise.resolve(out.read(100)), 'the first chunk');
      out.cancel();
      await within(cancelled.promise, 'the source is cancelled');
    });

    test('a stream that fails ends for the guest, and its owner hears why', async () => {
      let reason: unknown;
      let count = 0;
      const source = {
        read: async () => {
          if (count++ > 0) throw new Error('the source broke');
          return bytes('part');
        },
        cancel: () => {},
      };
      const out = fromGuestStream(
        await call(
          'upper',
          toGuestStream(source, (failure) => (reason = failure)),
        ),
      );
      expect(text(await within(readAll(out), 'the stream ends'))).toBe('PART');
      expect(messageOf(reason)).toBe('the source broke');
    });

    test('futures go in, through and out', async () => {
      expect(await call('hear', Promise.resolve('a value'))).toBe('a value');
      expect(await within(fromGuestFuture(await call('pass', Promise.resolve('onwards'))), 'the future resolves')).toBe('onwards');
      expect(await call('ask', 20)).toBe(41);
    });

    test('a future that fails has the value made of its failure', async () => {
      const failed = toGuestFuture(Promise.reject<string>(new Error('lost')), (failure) => `no value: ${messageOf(failure)}`);
      expect(await call('hear', failed)).toBe('no value: lost');
    });

    test('the err side of a result is thrown with its payload', async () => {
      await expect(call('fail', 'because')).rejects.toMatchObject({ payload: 'because' });
    });

    test('a resource keeps its state and has its methods', async () => {
      const { exports } = await instantiate(await component('stream-p3'), later);
      const { Counter, peek } = exports['test:stream-p3/counters'] as {
        Counter: { new (start: number): { next(): Promise<number>; add(n: number): Promise<number> }; of(start: number): Promise<{ next(): Promise<number> }> };
        peek(counter: unknown): Promise<number>;
      };
      // The constructor of a resource is synchronous in JavaScript, and waits for the guest all the same.
      const counter = await new Counter(5);
      expect(await counter.next()).toBe(6);
      expect(await counter.add(10)).toBe(16);
      expect(await peek(counter)).toBe(16);
      const other = await Counter.of(100);
      expect(await other.next()).toBe(101);
      expect(await peek(counter)).toBe(16);
    });
  });
}
