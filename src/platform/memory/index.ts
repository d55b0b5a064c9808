/** hostling without a platform: in this realm, nothing listens, nothing is kept. What bundlers get that name no platform. */
import { createHostOn, type Host } from '../../core/host.ts';
import { createMemoryDirectory } from './files.ts';
import { createMemoryPlatform, type MemoryOptions } from './platform.ts';

export * from '../../core/index.ts';
export { createMemoryDirectory } from './files.ts';
export type { MemoryOptions } from './platform.ts';

/** Creates a host that touches nothing outside this realm. */
export async function createHost(options: MemoryOptions = {}): Promise<Host> {
  return createHostOn(createMemoryPlatform(options), createMemoryDirectory);
}
