import type { ArtifactStore } from '../../core/ports/artifact-store.ts';

/** Keeps prepared components as long as the store lives. */
export function createArtifactStore(): ArtifactStore {
  const values = new Map<string, Uint8Array>();
  return {
    read: async (key) => values.get(key),
    write: async (key, value) => void values.set(key, value),
  };
}
