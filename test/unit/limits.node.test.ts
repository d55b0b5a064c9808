import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guestsDir } from '../../scripts/guests/guest.ts';
import { createComponentEngine } from '../../src/core/engine/component-engine.ts';
import type { Imports, Instance } from '../../src/core/engine/engine.ts';
import { inspect } from '../../src/core/engine/inspect.ts';
import { withSignal } from '../../src/core/engine/values.ts';
import { code } from '../../src/platform/node/code.ts';
import { until, within } from '../lib/until.ts';

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

test('a call that could not begin yet is cancelled too, and never begins', async () => {
  const bytes = new Uint8Array(await readFile(join(guestsDir, 'link-values-user.wasm')));
  const component = await engine.load(await engine.prepare(bytes, inspect(bytes), 'link-values-user', () => true), code);
  const answers: PromiseWithResolvers<number>[] = [];
  const add = (): Promise<number> => {
    const answer = Promise.withResolvers<number>();
    answers.push(answer);
    return answer.promise;
  };
  const never = (): never => {
    throw new Error('is not called');
  };
  const values = Object.fromEntries(
    ['echo', 'echoLater', 'divide', 'divideLater', 'nothing', 'crash', 'crashLater', 'never', 'cancelled'].map((name) => [name, never]),
  );
  const { exports } = await component.instantiate({ add, 'test:link/values@1.0.0': values } as unknown as Imports);
  const addTwice = exports['addTwice'] as (a: number, b: number) => Promise<number>;
  // A stack that waits inside a synchronous function keeps all others from beginning.
  const first = addTwice(1, 2);
  const early = new AbortController();
  const late = new AbortController();
  const given = withSignal(early.signal, () => addTwice(3, 4));
  const next = withSignal(late.signal, () => addTwice(5, 6));
  const waiting = withSignal(late.signal, () => addTwice(7, 8));
  early.abort(new Error('changed my mind'));
  await expect(within(given, 'the call ends')).rejects.toMatchObject({ code: 'cancelled', cause: { message: 'changed my mind' } });
  expect(answers).toHaveLength(1);

  answers[0]?.resolve(10);
  await until(() => answers.length === 2, 'the first call asks again');
  answers[1]?.resolve(20);
  expect(await within(first, 'the first call ends')).toBe(20);
  // One has begun since, the other waits for it.
  await until(() => answers.length === 3, 'the next call has begun');
  late.abort();
  await expect(within(next, 'the next call ends')).rejects.toMatchObject({ code: 'cancelled' });
  await expect(within(waiting, 'the waiting call ends')).rejects.toMatchObject({ code: 'cancelled' });
  answers[2]?.resolve(30);
  await until(() => answers.length === 4, 'the stack of the cancelled call goes on');
  answers[3]?.resolve(40);
  const last = addTwice(9, 10);
  await until(() => answers.length === 5, 'the last call begins');
  answers[4]?.resolve(50);
  await until(() => answers.length === 6, 'the last call asks again');
  answers[5]?.resolve(60);
  expect(await within(last, 'the last call ends')).toBe(60);
});

test('a call that is refused leaves nothing lent', async () => {
  const load = async (guest: string, imports: object): Promise<Instance> => {
    const bytes = new Uint8Array(await readFile(join(guestsDir, `${guest}.wasm`)));
    const component = await engine.load(await engine.prepare(bytes, inspect(bytes), guest, () => true), code, { handles: 8 });
    return component.instantiate(imports as Imports);
  };
  const { exports: things } = await load('link-things', {});
  const { exports: user } = await load('link-things-user', things);
  const { Thing } = things['test:link/things@1.0.0'] as unknown as { Thing: new (n: number) => object };
  const { addLater } = user['use-things'] as unknown as { addLater(thing: object, n: unknown): Promise<number> };
  const thing = new Thing(1);
  for (let time = 0; time < 20; time++) await expect((async () => addLater(thing, 'two'))()).rejects.toThrow(/parameter 2 \(n\): expected u32/);
  expect(await addLater(thing, 2)).toBe(3);
});
