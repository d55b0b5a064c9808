import type { ArtifactStore } from '../../core/ports/artifact-store.ts';

/** The most entries kept; the oldest go first. */
const mostEntries = 64;

/** Keeps prepared components in the origin's Cache API storage. */
export function createArtifactStore(cacheName = 'hostling'): ArtifactStore {
  // The Cache API takes http(s) addresses only; this one is never fetched.
  const addressOf = (key: string): string => `https://hostling.invalid/artifacts/${key}`;
  return Object.freeze({
    async read(key: string): Promise<Uint8Array | undefined> {
      const cache = await caches.open(cacheName);
      const response = await cache.match(addressOf(key));
      return response === undefined ? undefined : new Uint8Array(await response.arrayBuffer());
    },
    async write(key: string, value: Uint8Array): Promise<void> {
      const cache = await caches.open(cacheName);
      await cache.put(addressOf(key), new Response(value as Uint8Array<ArrayBuffer>));
      const entries = await cache.keys();
      await Promise.all(entries.slice(0, Math.max(0, entries.length - mostEntries)).map((entry) => cache.delete(entry)));
    },
  });
}
