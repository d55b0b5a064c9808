/** Calls a component and looks at the heap in between: `host-heap.ts COMPONENT CACHE ROUNDS CALLS`, with --expose-gc. Prints a {@link HeapRun}. */
import { createHost } from '../../dist/platform/node/index.js';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import type { HeapRun } from '../lib/heap.ts';
import { callByMessage } from './host-call.ts';

const [component = '', cacheDirectory = '', rounds, calls] = process.argv.slice(2);
const collect = globalThis.gc;
if (collect === undefined) throw new Error('run with --expose-gc');

const host = await createHost({ cacheDirectory });
await host.start({ component, host: '*' });
const points: HeapRun['points'] = [];
let rssStart = 0;
for (let round = 0; round < Number(rounds); round++) {
  for (let call = 0; call < Number(calls); call++) await callByMessage(host);
  // What the last call left to do, and the instance made ahead.
  await setTimeout(20);
  await setImmediate();
  collect();
  collect();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  const code = codeBytes();
  points.push({ calls: (round + 1) * Number(calls), heap: heapUsed - code, code, outside: external + arrayBuffers });
  if (round === 0) rssStart = rss;
}
const rssEnd = process.memoryUsage.rss();
await host.stop();
process.stdout.write(JSON.stringify({ points, rssStart, rssEnd } satisfies HeapRun));

/** What V8 has compiled. A large function becomes hot after thousands of calls, and takes megabytes once, which is no growth. */
function codeBytes(): number {
  const spaces = getHeapSpaceStatistics().filter(({ space_name }) => /^(code|trusted)_/.test(space_name));
  return spaces.reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}
