import { quantile } from '../lib/stats.ts';
import type { Sample } from '../lib/pairs.ts';

/** Answers the questions of the process that started this one; the process ends when nobody asks any more. */
export function answer(ready: Promise<unknown>, reply: (question: never) => Promise<unknown>): void {
  process.on('message', async (question: unknown) => {
    try {
      await ready;
      process.send?.({ value: question === 'ready' ? null : await reply(question as never) });
    } catch (failure) {
      process.send?.({ failure: failure instanceof Error ? (failure.stack ?? failure.message) : String(failure) });
    }
  });
  // Idle instances and shims' workers would keep it alive.
  process.on('disconnect', () => process.exit());
}

/** Makes calls one at a time for some milliseconds. */
export async function measureCalls(call: () => Promise<void>, ms: number): Promise<Sample> {
  const latencies: number[] = [];
  const usedBefore = process.cpuUsage();
  const started = performance.now();
  let now = started;
  do {
    const begin = now;
    await call();
    now = performance.now();
    latencies.push(now - begin);
  } while (now - started < ms);
  const used = process.cpuUsage(usedBefore);
  return {
    cpuMs: (used.user + used.system) / 1000 / latencies.length,
    rate: (latencies.length / (now - started)) * 1000,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}
