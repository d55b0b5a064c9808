/** hostling in a Cloudflare Worker. */
import { createHostOn, type Host } from '../../core/host.ts';
import { createMemoryDirectory } from './files.ts';
import { createWorkersPlatform, type WorkersOptions } from './platform.ts';

export * from '../../core/index.ts';
export { createMemoryDirectory } from './files.ts';
export type { ComponentLoader, WorkersOptions } from './platform.ts';

/**
 * Creates a host in this Worker. Components are bundled with `hostling build`, or come at run time when a `loader` is given.
 *
 * ```ts
 * import hello from './hello/index.js';
 *
 * const host = createHost().then(async (host) => (await host.start({ component: hello, host: '*' }), host));
 * export default { fetch: async (request: Request) => (await host).fetch(request) };
 * ```
 */
export async function createHost(options: WorkersOptions = {}): Promise<Host> {
  return createHostOn(createWorkersPlatform(options), createMemoryDirectory);
}
