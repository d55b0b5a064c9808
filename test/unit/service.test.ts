import { expect, test } from 'vitest';
import type { Runner } from '../../src/core/ports/isolate.ts';
import { type Service, startService } from '../../src/core/workload/service.ts';
import { createManualClock } from '../../src/platform/memory/clock.ts';
import { createRecordingLog } from '../../src/platform/memory/log.ts';

/** A service whose runs end as told. */
function open(maxRestarts: number) {
  const clock = createManualClock();
  const log = createRecordingLog();
  const runs: PromiseWithResolvers<number>[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  const runner: Runner = {
    handle: () => Promise.reject(new Error('is not called')),
    run(signal) {
      const run = Promise.withResolvers<number>();
      runs.push(run);
      signals.push(signal as AbortSignal);
      return run.promise;
    },
    stop: async () => {},
  };
  const service = startService({ name: 'w', runner, maxRestarts, clock, log });
  const settle = async (): Promise<void> => {
    for (let step = 0; step < 5; step++) await Promise.resolve();
  };
  const end = async (how: number | Error): Promise<void> => {
    const run = runs.at(-1);
    if (typeof how === 'number') run?.resolve(how);
    else run?.reject(how);
    await settle();
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance(BigInt(ms) * 1_000_000n);
    await settle();
  };
  return { service, runs, signals, log, end, pass };
}
const stateOf = (service: Service): string => service.status().state;

test('a service that ends by itself has completed, and is not started again', async () => {
  const { service, runs, end, pass } = open(5);
  expect(service.status()).toEqual({ state: 'running', restarts: 0 });
  await end(0);
  await pass(100_000);
  expect(service.status()).toEqual({ state: 'completed', restarts: 0 });
  expect(runs).toHaveLength(1);
});

test('one that fails is started again, later each time, until it has failed once more than it may', async () => {
  const { service, runs, log, end, pass } = open(3);
  for (const [at, delay] of [100, 200, 400].entries()) {
    await end(at === 1 ? 3 : new Error('the guest trapped'));
    expect(stateOf(service)).toBe('restarting');
    await pass(delay - 1);
    expect(runs).toHaveLength(at + 1);
    await pass(1);
    expect(runs).toHaveLength(at + 2);
    expect(stateOf(service)).toBe('running');
  }
  await end(7);
  await pass(1_000_000);
  expect(service.status()).toEqual({ state: 'failed', restarts: 3, lastFailure: 'it ended with exit code 7' });
  expect(runs).toHaveLength(4);
  expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn', 'error']);
});

test('without restarts the first failure is the last', async () => {
  const { service, end } = open(0);
  await end(new Error('no'));
  expect(service.status()).toEqual({ state: 'failed', restarts: 0, lastFailure: 'no' });
});

test('who was well for a minute has all its restarts again', async () => {
  const { service, runs, end, pass } = open(1);
  for (let round = 0; round < 5; round++) {
    await pass(60_000);
    await end(new Error('now and then'));
    expect(stateOf(service)).toBe('restarting');
    await pass(100);
    expect(runs).toHaveLength(round + 2);
  }
  await pass(59_000);
  await end(new Error('too soon'));
  expect(service.status()).toEqual({ state: 'failed', restarts: 5, lastFailure: 'too soon' });
});

test('one that is stopped is told, and not started again', async () => {
  const { service, signals, runs, end, pass } = open(5);
  service.stop();
  expect(signals[0]?.aborted).toBe(true);
  await end(new Error('cancelled'));
  await pass(100_000);
  expect(runs).toHaveLength(1);
  const waiting = open(5);
  await waiting.end(new Error('no'));
  waiting.service.stop();
  await waiting.pass(100_000);
  expect(waiting.runs).toHaveLength(1);
});
