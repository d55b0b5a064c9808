import { type BundleFiles, bundleFiles } from '../../core/engine/bundle.ts';
import { createLibrary } from '../../core/engine/library.ts';
import { cannotKeep, memoryLimitBytes } from '../../core/engine/memory-limit.ts';
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
 * @throws HostlingError `option-invalid`, `not-wasm`, `core-module`, `invalid-component`, `prepare-failed`, `instantiate-failed` when it begins with more memory than its limit
 */
export async function bundleComponent(bytes: Uint8Array, options: BundleOptions = {}): Promise<{ files: BundleFiles }> {
  const given: unknown = bytes;
  if (!(given instanceof Uint8Array))
    throw new HostlingError('option-invalid', "bundleComponent takes a component's bytes, a Uint8Array; read them from the file or address first");
  const limit = memoryLimitBytes(options.memoryLimitMb);
  const platform = createNodePlatform(options);
  const { id, limitMemory } = platform.engine;
  if (limit !== undefined && limitMemory === undefined) throw cannotKeep('memoryLimitMb', id);
  const library = createLibrary({ ...platform, suspends, suspendsVersion: blockingVersion, store: platform.artifacts });
  const artifact = await library.artifact(bytes);
  return { files: bundleFiles(limit === undefined || limitMemory === undefined ? artifact : await limitMemory(artifact, limit)) };
}
