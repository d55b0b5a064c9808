/** Starts many workloads, calls each once, and then does nothing: `host-idle.ts COMPONENT CACHE WORKLOADS MS`. Prints the share of a core it used. */
import { createHost } from '../../dist/platform/node/index.js';
import { setTimeout } from 'node:timers/promises';
import { callByMessage } from '../subjects/host-call.ts';

const [component = '', cacheDirectory = '', workloads, ms] = process.argv.slice(2);
const host = await createHost({ cacheDirectory });
for (let count = 0; count < Number(workloads); count++) {
  const workload = await host.start({ component });
  await callByMessage(workload);
}
// What the starts left to do, such as compiling in the background, is not idling.
await setTimeout(2000);
const before = process.cpuUsage();
const begin = performance.now();
await setTimeout(Number(ms));
const elapsed = performance.now() - begin;
const used = process.cpuUsage(before);
await host.stop();
process.stdout.write(JSON.stringify({ percent: ((used.user + used.system) / 1000 / elapsed) * 100 }));
