import { describe, expect, test } from 'vitest';
import { messageOf } from '../../src/core/errors.ts';
import type { Harness } from '../harness.ts';
import { command, type Script, Stage } from '../lib/puppets.ts';
import { within } from '../lib/until.ts';

const reason = new Error('the reason');
const trap = function* (): Script {
  yield command('subtask.drop', 99);
};

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
  const endings: Readonly<Record<string, { end(stage: Stage): unknown; says: RegExp }>> = {
    'is let go': { end: (stage) => stage.instance.dispose(reason), says: /^the reason$/ },
    traps: { end: (stage) => outcome(() => stage.run('p0', trap())), says: /subtask.drop: unknown handle index 99/ },
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
        await end(stage);
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
        await end(stage);
        expect(await call).toMatch(says);
      });
    }

    test('calls after it was let go have the reason, calls after a trap that there was one', async () => {
      const [disposed, trapped] = [await open(), await open()];
      disposed.instance.dispose(reason);
      await outcome(() => trapped.run('p0', trap()));
      for (const call of ['run', 'stack', 'task'] as const) {
        const script = (function* (): Script {})();
        expect(await outcome(() => disposed[call]('p0', script))).toBe('the reason');
        expect(await outcome(() => trapped[call]('p0', script))).toMatch(/cannot enter component instance: it has trapped before/);
      }
    });
  });
}
