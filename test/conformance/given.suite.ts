import { describe, expect, test } from 'vitest';
import { toGuestStream } from '../../src/core/engine/streams.ts';
import { cancellable } from '../../src/core/engine/values.ts';
import type { Harness } from '../harness.ts';
import { command, type Script, Stage } from '../lib/puppets.ts';
import { within } from '../lib/until.ts';

const reason = new Error('the reason');
const never = (): Promise<never> => new Promise(() => {});
const turn = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));

/** What the host gives to guests is told when no guest can have it any more. */
export function givenSuite({ platform, component }: Harness): void {
  const open = async (): Promise<Stage> => Stage.open(await component('puppet'));
  const run = async (stage: Stage, ...commands: bigint[]): Promise<void> => {
    await stage.run(
      'p0',
      (function* (): Script {
        for (const one of commands) yield one;
      })(),
    );
  };
  const read = (readable: number): bigint => command('stream.read/u8', readable, 64, 8);
  const drop = (readable: number): bigint => command('stream.drop-readable/u8', readable);

  /** Streams that note what they are told, and do not end. */
  const streams: Readonly<Record<string, (told: unknown[], chunks?: Uint8Array[]) => unknown>> = {
    'a source': (told, chunks = []) => toGuestStream({ read: () => chunks.shift() ?? never(), cancel: (why) => told.push(why) }),
    'a ReadableStream': (told, chunks = []) =>
      new ReadableStream<Uint8Array>({
        start: (controller) => chunks.forEach((chunk) => controller.enqueue(chunk)),
        cancel: (why) => void told.push(why),
      }),
    'an iterator': (told, chunks = []) => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: chunks.shift() ?? (await never()) }),
        return: async (why: unknown) => {
          told.push(why);
          return { done: true, value: undefined };
        },
      }),
    }),
  };
  const endings: Readonly<Record<string, { end(stage: Stage): void; told: unknown }>> = {
    'is let go': { end: (stage) => stage.instance.dispose(reason), told: reason },
    traps: {
      end: (stage) => void expect(() => stage.peek('p0', 0x7fffffff, 8)).toThrow('out of bounds'),
      told: expect.objectContaining({ message: expect.stringContaining('out of bounds of memory') }) as unknown,
    },
    'is restored': { end: (stage) => expect(stage.instance.restore?.(stage.imports)).toBe(true), told: undefined },
  };

  describe(`${platform}: a stream that the host gave`, () => {
    for (const [kind, make] of Object.entries(streams)) {
      for (const [how, { end, told: expected }] of Object.entries(endings)) {
        test(`${kind} is told once when the instance ${how}`, async () => {
          const stage = await open();
          const told: unknown[] = [];
          const readable = stage.take('p0', 'stream', 'u8', make(told, [Uint8Array.of(1)]));
          await run(stage, read(readable));
          await turn();
          expect(told).toEqual([]);
          end(stage);
          await turn();
          expect(told).toEqual([expected]);
          stage.instance.dispose();
          await turn();
          expect(told).toEqual([expected]);
        });
      }

      test(`${kind} is told while a read is under way, and what comes of that is no answer`, async () => {
        const stage = await open();
        const told: unknown[] = [];
        await run(stage, read(stage.take('p0', 'stream', 'u8', make(told))));
        stage.instance.dispose(reason);
        await turn();
        expect(told).toEqual([reason]);
      });

      test(`${kind} that was dropped is not told again`, async () => {
        const stage = await open();
        const told: unknown[] = [];
        await run(stage, drop(stage.take('p0', 'stream', 'u8', make(told))));
        await turn();
        expect(told).toEqual([undefined]);
        stage.instance.dispose(reason);
        await turn();
        expect(told).toEqual([undefined]);
      });
    }

    test('a ReadableStream that is dropped while it has nothing is told at once', async () => {
      const stage = await open();
      const told: unknown[] = [];
      const readable = stage.take('p0', 'stream', 'u8', streams['a ReadableStream']?.(told));
      await run(stage, read(readable), command('stream.cancel-read/u8', readable), drop(readable));
      await turn();
      expect(told).toEqual([undefined]);
      stage.instance.dispose();
    });

    for (const kind of ['a source', 'a ReadableStream', 'an iterator'] as const) {
      for (const then of ['drops it', 'is let go'] as const) {
        test(`${kind} that has ended is told nothing when the guest ${then}`, async () => {
          const stage = await open();
          const told: unknown[] = [];
          const { promise, resolve } = Promise.withResolvers<undefined>();
          const ends = {
            'a source': () => toGuestStream({ read: () => promise, cancel: (why) => told.push(why) }),
            'a ReadableStream': () =>
              new ReadableStream({ pull: async (controller) => (await promise, controller.close()), cancel: (why) => void told.push(why) }),
            'an iterator': () => ({
              [Symbol.asyncIterator]: () => ({ next: async () => ({ value: await promise, done: true }), return: async () => told.push('returned') }),
            }),
          };
          const readable = stage.take('p0', 'stream', 'u8', ends[kind]());
          await run(stage, read(readable), command('stream.cancel-read/u8', readable));
          resolve(undefined);
          await turn();
          if (then === 'drops it') await run(stage, drop(readable));
          stage.instance.dispose(reason);
          await turn();
          expect(told).toEqual([]);
        });
      }
    }

    test('one whose end cannot be told fails nobody, and others are told', async () => {
      const stage = await open();
      const told: unknown[] = [];
      const fails = (): never => {
        throw new Error('the end failed');
      };
      stage.take('p0', 'stream', 'u8', toGuestStream({ read: never, cancel: fails }));
      stage.take('p0', 'stream', 'u8', streams['a source']?.(told));
      const fault = new Promise((resolve) => stage.instance.onFault(resolve));
      stage.instance.dispose(reason);
      expect(told).toEqual([reason]);
      expect(await within(fault, 'the instance fails')).toBe(reason);
    });

    test('one that lets go of the instance when it is asked is told', async () => {
      const stage = await open();
      const told: unknown[] = [];
      const source = {
        read: () => {
          stage.instance.dispose(reason);
          return Uint8Array.of(1);
        },
        cancel: (why: unknown) => told.push(why),
      };
      await expect(async () => run(stage, read(stage.take('p0', 'stream', 'u8', toGuestStream(source))))).rejects.toThrow('the reason');
      expect(told).toEqual([reason]);
    });

    test("one that is another instance's is dropped there, but not when it was passed on", async () => {
      for (const passed of [false, true]) {
        const [from, through] = [await open(), await open()];
        let [readable, writable] = [0, 0];
        await from.run(
          'p0',
          (function* (): Script {
            ({ first: readable, second: writable } = yield command('stream.new/u8'));
          })(),
        );
        const stream = from.give('p0', 'stream', 'u8', readable);
        const handle = through.take('p0', 'stream', 'u8', stream);
        if (passed) expect(through.give('p0', 'stream', 'u8', handle)).toBe(stream);
        through.instance.dispose(reason);
        let written = 0;
        await from.run(
          'p0',
          (function* (): Script {
            ({ first: written } = yield command('stream.write/u8', writable, 64, 4));
          })(),
        );
        expect(written).toBe(passed ? -1 : 1);
        from.instance.dispose();
      }
    });
  });

  describe(`${platform}: a future that the host gave`, () => {
    const give = (stage: Stage, told: unknown[]): number => {
      const { promise, reject } = Promise.withResolvers<never>();
      const cancel = (why: unknown): void => {
        told.push(why);
        reject(new Error('given up'));
      };
      return stage.take('p0', 'future', 'u8', cancellable(promise, cancel));
    };

    for (const how of ['is let go', 'traps'] as const) {
      test(`is given up once when the instance ${how}`, async () => {
        const stage = await open();
        const told: unknown[] = [];
        await run(stage, command('future.read/u8', give(stage, told), 64));
        endings[how]?.end(stage);
        await turn();
        stage.instance.dispose();
        expect(told).toEqual([endings[how]?.told]);
      });
    }

    test('is given up when the guest drops it, and nobody is told of that', async () => {
      const stage = await open();
      const told: unknown[] = [];
      await run(stage, command('future.drop-readable/u8', give(stage, told)));
      await turn();
      expect(told).toEqual([undefined]);
      // The instance is as good as before.
      await run(stage, command('context.get'));
      stage.instance.dispose(reason);
      expect(told).toEqual([undefined]);
    });

    test('that has its value is told nothing', async () => {
      const stage = await open();
      const told: unknown[] = [];
      stage.take(
        'p0',
        'future',
        'u8',
        cancellable(Promise.resolve(5), (why) => told.push(why)),
      );
      await turn();
      stage.instance.dispose(reason);
      expect(told).toEqual([]);
    });

    test("that is another instance's is dropped there, but not when it was passed on", async () => {
      for (const passed of [false, true]) {
        const [from, through] = [await open(), await open()];
        let [readable, writable] = [0, 0];
        await from.run(
          'p0',
          (function* (): Script {
            ({ first: readable, second: writable } = yield command('future.new/u8'));
          })(),
        );
        const future = from.give('p0', 'future', 'u8', readable);
        const handle = through.take('p0', 'future', 'u8', future);
        if (passed) expect(through.give('p0', 'future', 'u8', handle) === future).toBe(true);
        else await run(through, command('future.read/u8', handle, 64));
        through.instance.dispose(reason);
        let written = 0;
        await from.run(
          'p0',
          (function* (): Script {
            ({ first: written } = yield command('future.write/u8', writable, 64));
          })(),
        );
        expect(written).toBe(passed ? -1 : 1);
        from.instance.dispose();
      }
    });
  });
}
