import { type BundleFiles, bundleFiles } from '../../core/engine/bundle.ts';
import { createLibrary } from '../../core/engine/library.ts';
import { blockingVersion, suspends } from '../../core/wasi/wasi.ts';
import { createNodePlatform, type NodeOptions } from './platform.ts';

/**
 * Prepares a component at build time, for environments that load no code at run time.
 * @returns the files of a folder whose `index.js` a Worker imports and hands to `host.start({ component })`
 * @throws HostlingError `not-wasm`, `core-module`, `invalid-component`, `prepare-failed`
 */
export async function bundleComponent(bytes: Uint8Array, options: NodeOptions = {}): Promise<{ files: BundleFiles }> {
  const platform = createNodePlatform(options);
  const library = createLibrary({ ...platform, suspends, suspendsVersion: blockingVersion, store: platform.artifacts });
  return { files: bundleFiles(await library.artifact(bytes)) };
}
