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
 * let ready: Promise<Host> | undefined;
 * const start = async (): Promise<Host> => {
 *   try {
 *     const host = await createHost();
 *     await host.start({ component: hello, host: '*' });
 *     return host;
 *   } catch (failure) {
 *     ready = undefined; // the next request tries again
 *     throw failure;
 *   }
 * };
 * export default { fetch: async (request: Request) => (await (ready ??= start())).fetch(request) };
 * ```
 */
export async function createHost(options: WorkersOptions = {}): Promise<Host> {
  return createHostOn(createWorkersPlatform(options), createMemoryDirectory);
}
