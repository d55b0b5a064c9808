/** hostling on Node: real directories, listening, the disk as cache. */
import { createHostOn, type Host } from '../../core/host.ts';
import { createMemoryDirectory } from '../memory/files.ts';
import { createNodePlatform, type NodeOptions } from './platform.ts';

export * from '../../core/index.ts';
export { createMemoryDirectory } from '../memory/files.ts';
export { type BundleOptions, bundleComponent } from './bundle.ts';
export { openDirectory } from './files.ts';
export { type HttpListener, listen, type ListenOptions } from './http-in.ts';
export type { NodeOptions } from './platform.ts';

/**
 * Creates a host in this process.
 *
 * ```ts
 * const host = await createHost();
 * const hello = await host.start({ component: 'hello.wasm' });
 * console.log(await (await hello.fetch('/')).text());
 * ```
 */
export async function createHost(options: NodeOptions = {}): Promise<Host> {
  return createHostOn(createNodePlatform(options), createMemoryDirectory);
}
