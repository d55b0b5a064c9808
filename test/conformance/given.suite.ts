import { describe, expect, test } from 'vitest';
import { toGuestStream } from '../../src/core/engine/streams.ts';
import { cancellable } from '../../src/core/engine/values.ts';
import type { Harness } from '../harness.ts';
import { command, type Script, Stage } from '../lib/puppets.ts';
import { within } from '../lib/until.ts';

const reason = new Error('the reason');
const never = (): Promise<never> => new Promise(() => {});
const turn = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));

/** What the host gives to guests is told when no guest can have it any more, and is given once. */
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
  /** Gives an end of one instance to another. */
  const passOn = async (kind: 'stream' | 'future') => {
    const [from, through] = [await open(), await open()];
    let [readable, writable] = [0, 0];
    await from.run(
      'p0',
      (function* (): Script {
        ({ first: readable, second: writable } = yield command(`${kind}.new/u8`));
      })(),
    );
    const value = from.give('p0', kind, 'u8', readable);
    return { from, through, writable, value, handle: through.take('p0', kind, 'u8', value) };
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
        const { from, through, writable, value: stream, handle } = await passOn('stream');
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
        const { from, through, writable, value: future, handle } = await passOn('future');
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

  describe(`${platform}: what the host gives a second time`, () => {
    const make = async (stage: Stage, kind: 'stream' | 'future'): Promise<{ value: unknown; writable: number }> => {
      let [readable, writable] = [0, 0];
      await stage.run(
        'p0',
        (function* (): Script {
          ({ first: readable, second: writable } = yield command(`${kind}.new/u8`));
        })(),
      );
      return { value: stage.give('p0', kind, 'u8', readable), writable };
    };
    const refusal = (stage: Stage, kind: 'stream' | 'future', value: unknown): string => {
      try {
        stage.take('p0', kind, 'u8', value);
        return 'it was taken';
      } catch (failure) {
        expect(failure).toBeInstanceOf(TypeError);
        return (failure as Error).message.replace(/^.*parameter/, 'parameter');
      }
    };

    for (const kind of ['stream', 'future'] as const) {
      for (const where of ['its own instance', 'another'] as const) {
        test(`a guest's ${kind} given to ${where} is refused after, by both`, async () => {
          const [from, other] = [await open(), await open()];
          const { value } = await make(from, kind);
          (where === 'another' ? other : from).take('p0', kind, 'u8', value);
          for (const stage of [from, other]) expect(refusal(stage, kind, value)).toBe(`parameter 1 (end): the ${kind} was given away already`);
          // Neither has failed.
          for (const stage of [from, other]) await run(stage, command('context.get'));
        });
      }

      test(`a guest's ${kind} that came back may be given again`, async () => {
        const [from, through] = [await open(), await open()];
        const { value } = await make(from, kind);
        for (let count = 0; count < 2; count++) {
          const handle = through.take('p0', kind, 'u8', value);
          expect(through.give('p0', kind, 'u8', handle) === value).toBe(true);
        }
        from.take('p0', kind, 'u8', value);
      });

      test(`a guest's ${kind} that was dropped is refused`, async () => {
        const [from, other] = [await open(), await open()];
        const { value } = await make(from, kind);
        (value as Disposable)[Symbol.dispose]();
        for (const stage of [from, other]) expect(refusal(stage, kind, value)).toBe(`parameter 1 (end): the ${kind} was dropped`);
      });
    }

    test("a guest's stream is refused while it is read, and after its end; what is left of one that was read is taken", async () => {
      const [from, other] = [await open(), await open()];
      const { value, writable } = await make(from, 'stream');
      const stream = value as { read(options: { count: number }): Promise<{ done: boolean }> };
      const reading = stream.read({ count: 2 });
      for (const stage of [from, other]) expect(refusal(stage, 'stream', value)).toBe('parameter 1 (end): a read of the stream is under way');
      await run(from, command('store', 64, 0x4321), command('stream.write/u8', writable, 64, 2));
      expect(await within(reading, 'the read ends')).toEqual({ value: Uint8Array.of(0x21, 0x43), done: false });
      const handle = other.take('p0', 'stream', 'u8', value);
      await run(other, command('stream.read/u8', handle, 96, 2));
      await run(from, command('stream.write/u8', writable, 65, 2));
      await turn();
      expect(other.peek('p0', 96, 2)).toEqual(Uint8Array.of(0x43, 0));

      const ended = await make(from, 'stream');
      await run(from, command('stream.drop-writable/u8', ended.writable));
      expect((await (ended.value as typeof stream).read({ count: 1 })).done).toBe(true);
      for (const stage of [from, other]) expect(refusal(stage, 'stream', ended.value)).toBe('parameter 1 (end): the stream has ended');
    });

    test("a guest's future that is awaited is a promise, and may be given", async () => {
      const [from, other] = [await open(), await open()];
      const { value, writable } = await make(from, 'future');
      const awaited = (value as PromiseLike<unknown>).then((one) => one) as Promise<unknown>;
      const handles = [from, other].map((stage) => stage.take('p0', 'future', 'u8', value));
      await run(from, command('store', 64, 7), command('future.write/u8', writable, 64));
      expect(await within(awaited, 'the future resolves')).toBe(7);
      for (const [index, stage] of [from, other].entries()) {
        await run(stage, command('future.read/u8', handles[index], 96));
        await turn();
        expect(stage.peek('p0', 96, 1)).toEqual(Uint8Array.of(7));
      }
    });

    test("the host's own source is refused, and its ReadableStream", async () => {
      const [one, other] = [await open(), await open()];
      const source = toGuestStream({ read: never, cancel: () => {} });
      one.take('p0', 'stream', 'u8', source);
      const stream = new ReadableStream();
      one.take('p0', 'stream', 'u8', stream);
      for (const stage of [one, other]) {
        expect(refusal(stage, 'stream', source)).toBe('parameter 1 (end): the stream was given away already');
        expect(refusal(stage, 'stream', stream)).toBe('parameter 1 (end): the stream is locked: it was given away already, or is read elsewhere');
      }
    });

    test('what are only values may be given as often as one likes', async () => {
      const stage = await open();
      for (const value of [[1, 2], Uint8Array.of(1, 2), new Set([1, 2])]) {
        for (let count = 0; count < 2; count++) expect(stage.take('p0', 'stream', 'u8', value)).toBeGreaterThan(0);
      }
      const promise = Promise.resolve(1);
      for (let count = 0; count < 2; count++) expect(stage.take('p0', 'future', 'u8', promise)).toBeGreaterThan(0);
    });
  });
}
