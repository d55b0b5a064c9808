/**
 * Keeps prepared components between runs. Keys are made of `[a-z0-9.-]`; values are opaque.
 *
 * - `write` is atomic: a reader sees the old value, the new one or none. A full or failing store MAY lose a value silently.
 * - `read` answers `undefined` for anything it does not have whole.
 */
export interface ArtifactStore {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, value: Uint8Array): Promise<void>;
}
