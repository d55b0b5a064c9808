/**
 * Where components come from when they are named rather than given: an address, and on Node a path.
 * `read` answers the whole file; it rejects with `HostlingError` `source-unreachable`, naming the reference without credentials.
 */
export interface Sources {
  read(reference: string | URL, signal?: AbortSignal): Promise<Uint8Array>;
}
