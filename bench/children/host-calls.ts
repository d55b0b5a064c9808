/** Calls a component through a host in this process: `host-calls.ts COMPONENT CACHE`. Asked `{ kind, ms }`, answers a sample. */
import { createHost } from '../../dist/platform/node/index.js';
import { answer, measureCalls } from './answer.ts';
import { callByFetch, callByMessage } from './host-call.ts';

const [component = '', cacheDirectory = ''] = process.argv.slice(2);
const host = await createHost({ cacheDirectory });
const workload = host.start({ component, host: '*' });

answer(workload, async ({ kind, ms }: { kind: 'message' | 'fetch'; ms: number }) =>
  measureCalls(() => (kind === 'fetch' ? callByFetch(host) : callByMessage(host)), ms),
);
