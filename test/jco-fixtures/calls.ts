import assert from 'node:assert/strict';
import type { Instance } from '../../src/core/engine/engine.ts';
import { messageOf } from '../../src/core/errors.ts';
import { type Bench, type Call, type Case, exported, pair, runOf, single, turns } from './case.ts';

/** The host's `thing`: whoever waits for it goes on when it is ready, at once when it is. */
class Thing {
  #ready = false;
  #waiting: (() => void)[] = [];
  setReady(ready: boolean): void {
    this.#ready = ready;
    if (!ready) return;
    for (const resume of this.#waiting) resume();
    this.#waiting = [];
  }
  whenReady(): Promise<void> | undefined {
    return this.#ready ? undefined : new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function yieldHost(): Record<string, unknown> {
  let goOn = false;
  return {
    'local:local/continue': { setContinue: (value: boolean) => void (goOn = value), getContinue: () => goOn },
    'local:local/ready': { Thing },
  };
}

const borrowingCallee = 'general/async-borrowing-callee.wasm';
const borrowingCaller = 'general/async-borrowing-caller.wasm';

/** How often the host's resource was called. */
async function borrow(bench: Bench, composed: boolean, misbehave: boolean): Promise<number> {
  let calls = 0;
  class X {
    foo(): void {
      calls++;
    }
  }
  const host = { 'local:local/borrowing-types': { X } };
  const callee = await bench.instantiate(borrowingCallee, host);
  const instance = composed ? await bench.instantiate(borrowingCaller, { ...host, ...callee.exports }) : callee;
  const { run } = exported(instance, 'local:local/run-bool');
  // What goes on after the answer may fail too.
  const fault = Promise.withResolvers<never>();
  for (const each of [callee, instance]) each.onFault(fault.reject);
  await Promise.race([fault.promise, (async () => void (await run?.(misbehave), await turns(20)))()]);
  return calls;
}

function borrowing(composed: boolean): Case[] {
  const which = composed ? 'composed' : 'callee';
  const fixtures = composed ? [borrowingCaller, borrowingCallee] : [borrowingCallee];
  return [
    { name: `borrowing ${which}`, fixtures, run: async (bench) => assert.equal(await borrow(bench, composed, false), 1) },
    {
      name: `borrowing ${which}, misbehaving`,
      fixtures,
      async run(bench) {
        const said = await borrow(bench, composed, true).then(
          () => 'nothing failed',
          (failure: unknown) => messageOf(failure),
        );
        assert.match(said, /unknown handle index/);
      },
    },
  ];
}

const sleepCallee = 'general/async-sleep-post-return-callee.wasm';
const sleepCaller = 'general/async-sleep-post-return-caller.wasm';

/** What was begun goes on after the answer. */
function sleepPostReturn(composed: boolean): Case {
  return {
    name: `sleep post-return ${composed ? 'composed' : 'callee'}`,
    fixtures: composed ? [sleepCaller, sleepCallee] : [sleepCallee],
    async run({ instantiate }) {
      const slept: unknown[] = [];
      const sleepMillis = async (ms: bigint): Promise<void> => {
        await turns(Number(ms) / 10);
        slept.push(ms);
      };
      const host = { 'local:local/sleep': { sleepMillis } };
      let instance = await instantiate(sleepCallee, host);
      if (composed) instance = await instantiate(sleepCaller, { ...host, ...instance.exports });
      assert.equal(await exported(instance, 'local:local/sleep-post-return')['run']?.(300n), undefined);
      await turns(200);
      assert.deepEqual(slept, composed ? [300n, 600n, 600n] : [300n]);
    },
  };
}

const root = ({ exports }: Instance): Record<string, Call> => exports as Record<string, Call>;

export const calls: readonly Case[] = [
  pair('backpressure', 'backpressure/async-backpressure-caller.wasm', 'backpressure/async-backpressure-callee.wasm'),
  {
    name: 'backpressure-sync',
    fixtures: ['backpressure-sync/component.wasm'],
    async run({ instantiate }) {
      const { incBackpressure, decBackpressure } = root(await instantiate('backpressure-sync/component.wasm'));
      assert.equal(incBackpressure?.(), undefined);
      assert.equal(decBackpressure?.(), undefined);
    },
  },
  {
    name: 'context-sync',
    fixtures: ['context-sync/component.wasm'],
    async run({ instantiate }) {
      const { pushContext, pullContext } = root(await instantiate('context-sync/component.wasm'));
      assert.equal(pushContext?.(33), 33);
      // Each call is a task with a context of its own.
      assert.equal(pullContext?.(), 0);
    },
  },
  single('error-context', 'error-context/async-error-context.wasm'),
  pair('error-context composed', 'error-context/async-error-context-caller.wasm', 'error-context/async-error-context-callee.wasm'),
  ...[false, true].flatMap(borrowing),
  {
    name: 'intertask communication',
    fixtures: ['general/async-intertask-communication.wasm'],
    async run({ instantiate }) {
      const instance = await instantiate('general/async-intertask-communication.wasm');
      await Promise.all([runOf(instance), runOf(instance)]);
    },
  },
  pair('post-return', 'general/async-post-return-caller.wasm', 'general/async-post-return-callee.wasm'),
  ...[false, true].map(sleepPostReturn),
  single('poll synchronous', 'poll/async-poll-synchronous.wasm', yieldHost),
  single('poll stackless', 'poll/async-poll-stackless.wasm', yieldHost),
  pair('yield stackless', 'yield/async-yield-caller.wasm', 'yield/async-yield-callee-stackless.wasm', yieldHost),
  pair('yield synchronous', 'yield/async-yield-caller.wasm', 'yield/async-yield-callee-synchronous.wasm', yieldHost),
];
