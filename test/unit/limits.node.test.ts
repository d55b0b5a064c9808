import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guestsDir } from '../../scripts/guests/guest.ts';
import { createComponentEngine } from '../../src/core/engine/component-engine.ts';
import { inspect } from '../../src/core/engine/inspect.ts';
import { withSignal } from '../../src/core/engine/values.ts';
import { code } from '../../src/platform/node/code.ts';

const engine = createComponentEngine(setImmediate);

/** An instance of a guest whose one function waits for the host. */
async function waiting(wait: () => Promise<number>, tasks: number): Promise<(n: number) => Promise<number>> {
  const bytes = new Uint8Array(await readFile(join(guestsDir, 'wat-async.wasm')));
  const component = await engine.load(await engine.prepare(bytes, inspect(bytes), 'wat-async', () => true), code, { tasks });
  const { exports } = await component.instantiate({ 'demo:w/host': { wait } });
  return exports['work'] as (n: number) => Promise<number>;
}

test('a call beyond the limit of calls is refused, and the others go on', async () => {
  const answer = Promise.withResolvers<number>();
  const work = await waiting(() => answer.promise, 2);
  const first = work(1);
  const second = work(2);
  await expect(work(3)).rejects.toMatchObject({ code: 'overloaded' });
  answer.resolve(7);
  expect(await Promise.all([first, second])).toEqual([7, 7]);
  expect(await work(4)).toBe(7);
});

test('a call whose signal aborts is cancelled, and the instance goes on', async () => {
  const answer = Promise.withResolvers<number>();
  const work = await waiting(() => answer.promise, 10);
  const controller = new AbortController();
  const cancelled = withSignal(controller.signal, () => work(1));
  const other = work(2);
  controller.abort(new Error('changed my mind'));
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  answer.resolve(5);
  expect(await other).toBe(5);
  await expect(withSignal(controller.signal, () => work(3))).rejects.toMatchObject({ code: 'cancelled' });
});
