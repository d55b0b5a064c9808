import type { WorkloadOptions } from '../../dist/core/workload/options.js';
import { callByFetch, callByMessage } from './host-call.ts';
import type { CreateSubject } from './subject.ts';

/** How the host is asked, and what the workload is given besides. */
export interface HostHttpOptions {
  readonly by: 'message' | 'fetch';
  readonly workload?: Partial<WorkloadOptions>;
}

/** An HTTP component in a host. */
const create: CreateSubject<HostHttpOptions> = async ({ createHost, read }, { by, workload }) => {
  const host = await createHost();
  await host.start({ component: await read('component.wasm'), host: '*', ...workload });
  return { call: by === 'fetch' ? () => callByFetch(host) : () => callByMessage(host) };
};

export default create;
