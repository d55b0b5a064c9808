/** Starts a host and a component and calls it once: `host-start.ts COMPONENT CACHE`. Prints the milliseconds from createHost to the answer's end. */
import { createHost } from '../../dist/platform/node/index.js';
import { callByMessage } from '../subjects/host-call.ts';

const [component = '', cacheDirectory = ''] = process.argv.slice(2);
const begin = performance.now();
const host = await createHost({ cacheDirectory });
await host.start({ component, host: '*' });
await callByMessage(host);
const startMs = performance.now() - begin;
await host.stop();
process.stdout.write(JSON.stringify({ startMs }));
