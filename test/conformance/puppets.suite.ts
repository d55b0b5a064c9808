import { describe, expect, test } from 'vitest';
import { messageOf } from '../../src/core/errors.ts';
import type { Harness } from '../harness.ts';
import { command, did, type Script, Stage, type Told, waitFor } from '../lib/puppets.ts';
import { within } from '../lib/until.ts';

const words = (memory: Uint8Array): number[] => [...new Uint32Array(memory.slice().buffer)];

/** Why a promise rejects. */
async function reasonOf(promise: PromiseLike<unknown>, what: string): Promise<string> {
  const outcome = Promise.resolve(promise).then((value) => `it answered ${String(value)}`, messageOf);
  return within(outcome, what);
}

/** Single cases of what guests and the host do to streams, futures and each other; each was found wrong once. */
export function puppetsSuite({ platform, component }: Harness): void {
  const open = async (...child: Parameters<typeof Stage.open> extends [unknown, ...infer Rest] ? Rest : never): Promise<Stage> =>
    Stage.open(await component('puppet'), ...child);

  describe(`${platform}: what waits in a set`, () => {
    test('an operation that completes at once leaves no event in the set of its end', async () => {
      const stage = await open();
      const told: number[] = [];
      await stage.run(
        'p0',
        (function* (): Script {
          const { first: readable, second: writable } = yield command('stream.new/u8');
          const { first: set } = yield command('waitable-set.new');
          yield command('waitable.join', readable, set);
          told.push((yield command('stream.write/u8', writable, 64, 4)).first);
          told.push((yield command('stream.read/u8', readable, 128, 4)).first);
          told.push((yield command('waitable-set.poll', set, 32)).first);
        })(),
      );
      expect(told).toEqual([-1, 4 << 4, 0]);
    });

    test('an event wakes whoever can run, not only who has waited longest', async () => {
      const stage = await open();
      let [set, readable, writable] = [0, 0, 0];
      await stage.run(
        'p0',
        (function* (): Script {
          ({ first: set } = yield command('waitable-set.new'));
          ({ first: readable, second: writable } = yield command('stream.new/u8'));
          yield command('waitable.join', readable, set);
          yield command('stream.read/u8', readable, 64, 4);
        })(),
      );
      // The first waits between two callbacks, and cannot go on while the second has the instance for itself.
      const parked = stage.task(
        'p0',
        (function* (): Script {
          yield waitFor(set);
        })(),
      );
      parked.catch(() => {});
      const waiting = stage.stack(
        'p0',
        (function* (): Script {
          return (yield command('waitable-set.wait', set, 32)).first;
        })(),
      );
      await stage.run(
        'p0',
        (function* (): Script {
          yield command('stream.write/u8', writable, 128, 4);
        })(),
      );
      expect(await within(waiting, 'the event arrives')).toBe(2);
      expect(words(stage.peek('p0', 32, 8))).toEqual([readable, 4 << 4]);
      stage.instance.dispose();
    });

    test('a guest that yields for ever leaves the host its turns', async () => {
      const stage = await open();
      let over = false;
      setTimeout(() => (over = true), 0);
      let yields = 0;
      const call = stage.stack(
        'p0',
        (function* (): Script {
          while (!over && yields < 1_000_000) {
            yields++;
            yield command('thread.yield');
          }
        })(),
      );
      await within(call, 'the guest ends');
      expect(over).toBe(true);
    });
  });

  describe(`${platform}: an instance that was let go`, () => {
    test('runs no more, also if what a stack of it waits for has just come', async () => {
      for (let hops = 0; hops < 12; hops++) {
        const { promise, resolve } = Promise.withResolvers<number>();
        const stage = await open({ task: () => promise });
        let [disposed, late] = [false, false];
        const call = stage.stack(
          'p2',
          (function* (): Script {
            yield command('child.task-sync', 0);
            late = disposed;
          })(),
        );
        call.catch(() => {});
        resolve(1);
        for (let hop = 0; hop < hops; hop++) await undefined;
        stage.instance.dispose();
        disposed = true;
        await Promise.allSettled([call]);
        await stage.instance.idle?.();
        await new Promise((turn) => void setTimeout(turn, 0));
        expect({ hops, late }).toEqual({ hops, late: false });
      }
    });
  });

  describe(`${platform}: an instance that a host function lets go of`, () => {
    for (const how of ['run', 'stack', 'task'] as const) {
      test(`calls nothing any more, in ${how}`, async () => {
        const stage = await open();
        let calls = 0;
        const script = (function* (): Script {
          for (; calls < 10; calls++) {
            if (calls === 3) stage.instance.dispose();
            yield command('waitable-set.new');
          }
        })();
        expect(
          await reasonOf(
            Promise.resolve().then(() => stage[how]('p0', script)),
            'the call',
          ),
        ).toMatch(/let go/);
        expect(calls).toBe(3);
      });
    }
  });

  describe(`${platform}: streams between instances`, () => {
    test('what one instance writes another reads, to the end', async () => {
      const [from, to] = [await open(), await open()];
      const items = Array.from({ length: 8 }, (_, index) => 100 + index);
      const write = function* (): Script {
        const { first: readable, second: writable } = yield command('stream.new/u32');
        for (const [index, item] of items.entries()) yield command('store', 4096 + 4 * index, item);
        yield command('task.return', readable);
        for (let written = 0; written < items.length;) {
          const begun = yield command('stream.write/u32', writable, 4096 + 4 * written, items.length - written);
          written += (yield* wait(writable, begun)) >>> 4;
        }
        yield command('stream.drop-writable/u32', writable);
      };
      const stream = from.give('p0', 'stream', 'u32', await from.task('p0', write()));
      const readable = to.take('p0', 'stream', 'u32', stream);
      const read: number[] = [];
      const collect = function* (): Script {
        for (;;) {
          const packed = yield* wait(readable, yield command('stream.read/u32', readable, 64, 3));
          for (let index = 0; index < packed >>> 4; index++) read.push((yield command('load', 64 + 4 * index)).first);
          if ((packed & 0xf) !== 0) return;
        }
      };
      await within(to.stack('p0', collect()), 'the stream ends');
      expect(read).toEqual(items);
      await within(Promise.resolve(from.instance.idle?.()), 'the writer ends');
    });
  });

  describe(`${platform}: streams and futures in the host's hands`, () => {
    const pair = (kind: 'stream' | 'future', type: 'u8' | 'none', write?: (writable: number) => bigint) =>
      function* (): Script {
        const { first, second } = yield command(`${kind}.new/${type}`);
        if (write !== undefined) yield write(second);
        return first;
      };
    const trap = function* (): Script {
      yield command('subtask.drop', 99);
    };
    const ends: Readonly<Record<string, (stage: Stage) => unknown>> = {
      'is disposed': (stage) => stage.instance.dispose(),
      traps: (stage) =>
        reasonOf(
          Promise.resolve().then(() => stage.run('p0', trap())),
          'the trap',
        ),
    };

    for (const [how, finish] of Object.entries(ends)) {
      test(`what the host waits for fails when the instance ${how}, and so does what it waits for then`, async () => {
        const stage = await open();
        const stream = stage.give('p0', 'stream', 'u8', await stage.stack('p0', pair('stream', 'u8')())) as {
          read(options: { count: number }): Promise<unknown>;
        };
        const read = stream.read({ count: 8 });
        read.catch(() => {});
        const future = stage.give('p0', 'future', 'u8', await stage.stack('p0', pair('future', 'u8')())) as PromiseLike<unknown>;
        const later = stage.give('p0', 'future', 'u8', await stage.stack('p0', pair('future', 'u8')())) as PromiseLike<unknown>;
        const value = Promise.resolve(future);
        value.catch(() => {});
        await finish(stage);
        const why = /let go|unknown handle/;
        expect(await reasonOf(read, 'the read under way')).toMatch(why);
        expect(await reasonOf(stream.read({ count: 8 }), 'the read after')).toMatch(why);
        expect(await reasonOf(value, 'the future under way')).toMatch(why);
        expect(await reasonOf(later, 'the future after')).toMatch(why);
      });

      test(`whoever waits for the instance to be idle is told when it ${how}`, async () => {
        const stage = await open();
        const call = stage.task(
          'p0',
          (function* (): Script {
            const { first: set } = yield command('waitable-set.new');
            yield waitFor(set);
          })(),
        );
        call.catch(() => {});
        const idle = stage.instance.idle?.();
        await finish(stage);
        await within(Promise.resolve(idle), 'the wait before');
        await within(Promise.resolve(stage.instance.idle?.()), 'the wait after');
      });
    }

    test('a stream of nothing counts its elements on the way out', async () => {
      const stage = await open();
      const readable = await stage.stack('p0', pair('stream', 'none', (writable) => command('stream.write/none', writable, 0, 3))());
      const stream = stage.give('p0', 'stream', 'none', readable) as AsyncIterable<unknown>;
      let count = 0;
      for await (const item of stream) {
        expect(item).toBeUndefined();
        if (++count === 3) break;
      }
      expect(count).toBe(3);
    });

    test('a stream of nothing counts its elements on the way in', async () => {
      const stage = await open();
      const stream = (async function* () {
        for (let count = 0; count < 3; count++) yield undefined;
      })();
      const readable = stage.take('p0', 'stream', 'none', stream);
      expect(await within(stage.stack('p0', readToEnd('none', readable)), 'the stream ends')).toBe(3);
    });

    test('an element that does not fit its type ends the instance, also when it comes late', async () => {
      const stage = await open();
      const stream = (async function* () {
        yield 'text';
      })();
      const readable = stage.take('p0', 'stream', 'u32', stream);
      expect(await reasonOf(stage.stack('p0', readToEnd('u32', readable)), 'the read')).toMatch(/expected u32 as number, got string/);
    });

    test('a source that fails while it is let go fails nobody', async () => {
      const stage = await open();
      let cleaned = false;
      const stream = {
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ done: false, value: 1 }),
          return: async () => {
            cleaned = true;
            throw new Error('the cleanup failed');
          },
        }),
      };
      const readable = stage.take('p0', 'stream', 'u32', stream);
      const call = stage.stack(
        'p0',
        (function* (): Script {
          yield* wait(readable, yield command('stream.read/u32', readable, 64, 1));
          yield command('stream.drop-readable/u32', readable);
        })(),
      );
      await within(call, 'the guest ends');
      expect(cleaned).toBe(true);
    });
  });
}

/** Reads a stream to its end; the result is how many elements it had. */
function* readToEnd(type: 'none' | 'u32', readable: number): Script {
  let count = 0;
  for (;;) {
    const packed = yield* wait(readable, yield command(`stream.read/${type}`, readable, 64, 10));
    count += packed >>> 4;
    if ((packed & 0xf) !== 0) return count;
  }
}

/** The result of an operation that a command began: at once, or when its event comes. */
function* wait(handle: number, { code, first }: Told): Generator<bigint, number, Told> {
  if (code !== did || first !== -1) return first;
  const { first: set } = yield command('waitable-set.new');
  yield command('waitable.join', handle, set);
  yield command('waitable-set.wait', set, 32);
  const { first: payload } = yield command('load', 36);
  yield command('waitable.join', handle, 0);
  yield command('waitable-set.drop', set);
  return payload;
}
