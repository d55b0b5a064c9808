import type { ByteSource } from '../engine/streams.ts';
import type { MaybePromise } from '../engine/values.ts';

/** How a source ended: all of it was read, nobody wanted the rest, or it failed. */
export type SourceEnd = { how: 'complete' } | { how: 'cancelled'; reason: unknown } | { how: 'failed'; failure: unknown };

/** The same source; `onEnd` is told once how it ended. */
export function watchSource(source: ByteSource, onEnd: (end: SourceEnd) => void): ByteSource {
  let open = true;
  const end = (how: SourceEnd): void => {
    if (!open) return;
    open = false;
    onEnd(how);
  };
  const arrived = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    if (chunk === undefined) end({ how: 'complete' });
    return chunk;
  };
  const failed = (failure: unknown): never => {
    end({ how: 'failed', failure });
    throw failure;
  };
  return {
    read(max): MaybePromise<Uint8Array | undefined> {
      let chunk: MaybePromise<Uint8Array | undefined>;
      try {
        chunk = source.read(max);
      } catch (failure) {
        return failed(failure);
      }
      return chunk instanceof Promise ? chunk.then(arrived, failed) : arrived(chunk);
    },
    cancel(reason) {
      // Told first: the read under way answers "end" because of this call, which is not the source's end.
      end({ how: 'cancelled', reason });
      source.cancel(reason);
    },
  };
}

/** The same source, held to `expected` bytes: one more or one less and the read fails with what `mismatch` makes of the number seen. */
export function withLength(source: ByteSource, expected: number, mismatch: (seen: number) => unknown): ByteSource {
  let seen = 0;
  const check = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    if (chunk !== undefined) seen += chunk.length;
    if (chunk === undefined ? seen === expected : seen <= expected) return chunk;
    source.cancel();
    throw mismatch(seen);
  };
  return {
    read(max) {
      const chunk = source.read(max);
      return chunk instanceof Promise ? chunk.then(check) : check(chunk);
    },
    cancel: (reason) => source.cancel(reason),
  };
}
