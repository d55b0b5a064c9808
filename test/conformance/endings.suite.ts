import { describe, expect, test } from 'vitest';
import { messageOf } from '../../src/core/errors.ts';
import { toGuestStream } from '../../src/core/engine/streams.ts';
import type { Harness } from '../harness.ts';
import { command, type Script, Stage } from '../lib/puppets.ts';
import { within } from '../lib/until.ts';

const reason = new Error('the reason');
const words = 'out of bounds of memory';

/** What a call comes to, in words. */
async function outcome(call: () => unknown): Promise<string> {
  const over = Promise.resolve()
    .then(call)
    .then((value) => `answers ${String(value)}`, messageOf);
  return within(over, 'the call ends');
}

/** What becomes of calls when their instance ends in the middle: by its user's will, or by a trap. */
export function endingsSuite({ platform, component }: Harness): void {
  const open = async (): Promise<Stage> => Stage.open(await component('puppet'));
  const endings: Readonly<Record<string, { end(stage: Stage): void; says: RegExp }>> = {
    'is let go': { end: (stage) => stage.instance.dispose(reason), says: /^the reason$/ },
    // Its result is nowhere in its memory.
    traps: { end: (stage) => void expect(() => stage.peek('p0', 0x7fffffff, 8)).toThrow(words), says: new RegExp(words) },
  };

  describe(`${platform}: calls of an instance that ends`, () => {
    for (const [how, { end, says }] of Object.entries(endings)) {
      const waits = function* (): Script {
        const { first: set } = yield command('waitable-set.new');
        yield command('waitable-set.wait', set, 32);
      };
      const ends = function* (): Script {
        yield command('task.return', 5);
      };

      test(`one that waits and those that wait behind it have the same reason when it ${how}`, async () => {
        const stage = await open();
        const first = outcome(() => stage.stack('p0', waits()));
        const behindIt = outcome(() => stage.stack('p0', waits()));
        const behindBoth = outcome(() => stage.task('p0', ends()));
        await undefined;
        end(stage);
        for (const call of [first, behindIt, behindBoth]) expect(await call).toMatch(says);
      });

      test(`one that back-pressure keeps out has the reason when it ${how}`, async () => {
        const stage = await open();
        await stage.run(
          'p0',
          (function* (): Script {
            yield command('backpressure.inc');
          })(),
        );
        const call = outcome(() => stage.task('p0', ends()));
        await undefined;
        end(stage);
        expect(await call).toMatch(says);
      });
    }

    test('calls after it was let go have the reason, calls after a trap that there was one', async () => {
      const [disposed, trapped] = [await open(), await open()];
      disposed.instance.dispose(reason);
      endings['traps']?.end(trapped);
      for (const call of ['run', 'stack', 'task'] as const) {
        const script = (function* (): Script {})();
        expect(await outcome(() => disposed[call]('p0', script))).toBe('the reason');
        expect(await outcome(() => trapped[call]('p0', script))).toMatch(/cannot enter component instance: it has trapped before/);
      }
    });
  });

  describe(`${platform}: an instance that ends while it calls a function of the host`, () => {
    for (const [how, { end, says }] of Object.entries(endings)) {
      test(`answers nothing any more when it ${how}, to whoever called it`, async () => {
        for (const called of ['run', 'stack', 'task'] as const) {
          const stage = await open();
          const script = (function* (): Script {
            yield command('store', 32, 5);
            end(stage);
            return 5;
          })();
          expect(await outcome(() => stage[called]('p0', script))).toMatch(says);
        }
      });

      test(`is gone on with by none of its parts when it ${how}`, async () => {
        for (const called of ['run', 'task', 'task-sync', 'stack', 'stack-sync'] as const) {
          const stage = await open();
          const inner = (function* (): Script {
            yield command('store', 32, 1);
            end(stage);
            return 1;
          })();
          const outer = (function* (): Script {
            yield command(`child.${called}`, stage.script(inner), 64);
          })();
          expect(await outcome(() => stage.stack('p0', outer))).toMatch(says);
          expect(stage.unfinished).toBe(1);
        }
      });
    }

    test('answers nothing when its arguments, or what it reads of the host, let it go', async () => {
      const stage = await open();
      const stream = {
        get [Symbol.asyncIterator](): never {
          stage.instance.dispose(reason);
          return (() => ({})) as never;
        },
      };
      expect(await outcome(() => stage.take('p0', 'stream', 'u32', stream))).toBe('the reason');
      const other = await open();
      const source = {
        read: () => {
          other.instance.dispose(reason);
          return Uint8Array.of(1);
        },
        cancel: () => {},
      };
      const readable = other.take('p0', 'stream', 'u8', toGuestStream(source));
      const reads = (function* (): Script {
        yield command('stream.read/u8', readable, 64, 8);
      })();
      expect(await outcome(() => other.run('p0', reads))).toBe('the reason');
      expect(await outcome(() => other.peek('p0', 64, 1))).toBe('the reason');
    });
  });
}
