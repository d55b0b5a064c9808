import { setImmediate, setTimeout } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import type { Calls } from './calls.ts';
import type { HeapQuestion, HeapRun } from './heap.ts';

/** Makes calls in this process and looks at its memory in between; it takes --expose-gc. */
export async function measureHeap({ call, batch }: Calls, { rounds, calls }: HeapQuestion): Promise<HeapRun> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run with --expose-gc');
  const points: HeapRun['points'] = [];
  let rssStart = 0;
  for (let round = 0; round < rounds; round++) {
    if (batch === undefined) for (let count = 0; count < calls; count++) await call();
    else await batch(calls);
    // What the last call left to do, and the instance made ahead.
    await setTimeout(20);
    await setImmediate();
    collect();
    collect();
    const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
    const code = codeBytes();
    points.push({ calls: (round + 1) * calls, heap: heapUsed - code, code, outside: external + arrayBuffers });
    if (round === 0) rssStart = rss;
  }
  return { points, rssStart, rssEnd: process.memoryUsage.rss() };
}

/** What V8 has compiled. A large function becomes hot after thousands of calls, and takes megabytes once, which is no growth. */
function codeBytes(): number {
  const spaces = getHeapSpaceStatistics().filter(({ space_name }) => /^(code|trusted)_/.test(space_name));
  return spaces.reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}
