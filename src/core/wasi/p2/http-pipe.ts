import { PipeClosed, type ByteSink } from '../../engine/sinks.ts';
import { chunkSize, type ByteSource } from '../../engine/streams.ts';
import type { MaybePromise } from '../../engine/values.ts';

/**
 * The pipe behind an outgoing body. Other than the one of `engine/sinks.ts` it holds `limit` bytes: guests commonly write a short body, or
 * all of it, before they hand the message over and so before anybody reads. A write that passes the limit waits for the reader.
 * What was written before `abort` can still be read; then the read fails.
 */
export function createBodyPipe(limit: number = chunkSize): { sink: Required<Omit<ByteSink, 'immediate'>>; source: ByteSource } {
  const chunks: Uint8Array[] = [];
  let held = 0;
  let end: { failure?: { reason: unknown } } | undefined;
  let cancelled: PipeClosed | undefined;
  let reader: ((chunk: undefined) => void) | undefined;
  let writer: PromiseWithResolvers<void> | undefined;
  const wakeReader = (): void => {
    reader?.(undefined);
    reader = undefined;
  };
  const take = (max: number): Uint8Array | undefined => {
    const first = chunks[0];
    if (first === undefined) return undefined;
    if (first.length <= max) chunks.shift();
    else chunks[0] = first.subarray(max);
    const chunk = first.length <= max ? first : first.subarray(0, max);
    held -= chunk.length;
    if (held <= limit) {
      writer?.resolve();
      writer = undefined;
    }
    return chunk;
  };
  const sink: Required<Omit<ByteSink, 'immediate'>> = {
    write(chunk): MaybePromise<void> {
      if (cancelled !== undefined) throw cancelled;
      if (end !== undefined) throw new PipeClosed(end.failure?.reason);
      if (chunk.length === 0) return;
      chunks.push(chunk);
      held += chunk.length;
      wakeReader();
      if (held <= limit) return;
      writer = Promise.withResolvers<void>();
      return writer.promise;
    },
    flush: () => undefined,
    close() {
      end ??= {};
      wakeReader();
    },
    abort(reason) {
      end ??= { failure: { reason } };
      writer?.reject(new PipeClosed(reason));
      writer = undefined;
      wakeReader();
    },
  };
  const wait = async (max: number): Promise<Uint8Array | undefined> => {
    for (;;) {
      if (cancelled !== undefined) return undefined;
      const chunk = take(max);
      if (chunk !== undefined) return chunk;
      if (end?.failure !== undefined) throw end.failure.reason;
      if (end !== undefined) return undefined;
      await new Promise<undefined>((resolve) => {
        reader = resolve;
      });
    }
  };
  const source: ByteSource = {
    read: (max) => take(max) ?? wait(max),
    cancel(reason) {
      if (cancelled !== undefined) return;
      cancelled = new PipeClosed(reason);
      chunks.length = 0;
      held = 0;
      writer?.reject(cancelled);
      writer = undefined;
      wakeReader();
    },
  };
  return { sink, source };
}
