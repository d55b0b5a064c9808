/** hostling in a page or a dedicated worker. */
import { createHostOn, type Host } from '../../core/host.ts';
import { type BrowserOptions, createBrowserPlatform } from './platform.ts';
import { createMemoryDirectory } from './files.ts';

export * from '../../core/index.ts';
export { createMemoryDirectory } from './files.ts';
export type { BrowserOptions } from './platform.ts';

/**
 * Creates a host in this page or worker.
 *
 * ```ts
 * const host = await createHost();
 * const hello = await host.start({ component: '/hello.wasm' });
 * document.body.append(await (await hello.fetch('/')).text());
 * ```
 */
export async function createHost(options: BrowserOptions = {}): Promise<Host> {
  return createHostOn(createBrowserPlatform(options), createMemoryDirectory);
}
