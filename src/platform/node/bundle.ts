import { type BundleFiles, bundleFiles } from '../../core/engine/bundle.ts';
import { createLibrary } from '../../core/engine/library.ts';
import { blockingVersion, suspends } from '../../core/wasi/wasi.ts';
import { HostlingError } from '../../core/errors.ts';
import { createNodePlatform, type NodeOptions } from './platform.ts';

/** How a component is prepared at build time. */
export interface BundleOptions extends NodeOptions {
  /** The most linear memory of one instance, in MiB: what is compiled already cannot be limited when it is started. */
  readonly memoryLimitMb?: number;
}

/**
 * Prepares a component at build time, for environments that load no code at run time.
 * @returns the files of a folder whose `index.js` a Worker imports and hands to `host.start({ component })`
 * @throws HostlingError `not-wasm`, `core-module`, `invalid-component`, `prepare-failed`, `instantiate-failed` when it begins with more memory than its limit
 */
export async function bundleComponent(bytes: Uint8Array, options: BundleOptions = {}): Promise<{ files: BundleFiles }> {
  const platform = createNodePlatform(options);
  const library = createLibrary({ ...platform, suspends, suspendsVersion: blockingVersion, store: platform.artifacts });
  const artifact = await library.artifact(bytes);
  const { memoryLimitMb } = options;
  if (memoryLimitMb === undefined) return { files: bundleFiles(artifact) };
  const limited = await platform.engine.limitMemory?.(artifact, memoryLimitMb * 2 ** 20);
  if (limited === undefined) throw new HostlingError('option-invalid', `the engine ${platform.engine.id} cannot limit memory`);
  return { files: bundleFiles(limited) };
}
