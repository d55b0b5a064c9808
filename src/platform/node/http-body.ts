import type { IncomingMessage, OutgoingMessage } from 'node:http';
import { chunkSize, type ByteSource } from '../../core/engine/streams.ts';
import type { MaybePromise } from '../../core/engine/values.ts';
import type { FieldList } from '../../core/http/message.ts';

/** Node's flat list of names and values as fields, in order, with lower-case names. */
export function fieldsOf(raw: readonly string[]): FieldList {
  const fields: FieldList = [];
  for (let index = 0; index + 1 < raw.length; index += 2) fields.push([raw[index]!.toLowerCase(), raw[index + 1]!]);
  return fields;
}

/** Fields as Node's flat list. */
export function rawOf(fields: FieldList): string[] {
  const raw: string[] = [];
  for (const [name, value] of fields) raw.push(name, value);
  return raw;
}

/** The body of a message that Node reads, and its trailers. */
export interface IncomingBody {
  readonly source: ByteSource;
  readonly trailers: Promise<FieldList | undefined>;
}

/**
 * The body of an incoming message, read as it is asked for.
 * @param failureOf what a broken connection is for the reader
 * @param drop what happens to the connection when nobody wants the rest
 */
export function incomingBody(message: IncomingMessage, failureOf: (failure: Error) => unknown, drop: () => void): IncomingBody {
  const trailers = Promise.withResolvers<FieldList | undefined>();
  trailers.promise.catch(() => undefined);
  let rest: Uint8Array | undefined;
  let ended = false;
  let failure: { reason: unknown } | undefined;
  let wake: (() => void) | undefined;
  const notify = (): void => {
    wake?.();
    wake = undefined;
  };
  const fail = (cause: Error): void => {
    if (ended || failure !== undefined) return;
    failure = { reason: failureOf(cause) };
    trailers.reject(failure.reason);
    notify();
  };
  message.on('readable', notify);
  message.once('end', () => {
    ended = true;
    trailers.resolve(message.rawTrailers.length === 0 ? undefined : fieldsOf(message.rawTrailers));
    notify();
  });
  message.once('error', fail);
  message.once('close', () => fail(new Error('the connection was closed before the body ended')));

  const take = (max: number): Uint8Array | undefined => {
    const buffer = rest ?? (message.read() as Buffer | null);
    if (buffer === null) return undefined;
    // A plain Uint8Array: Buffer's own slice() shares memory, which readers do not expect.
    const chunk = new Uint8Array(buffer.buffer, buffer.byteOffset, Math.min(max, buffer.byteLength));
    rest = buffer.byteLength > max ? buffer.subarray(max) : undefined;
    return chunk;
  };
  const wait = async (max: number): Promise<Uint8Array | undefined> => {
    for (;;) {
      if (failure !== undefined) throw failure.reason;
      if (ended) return undefined;
      const chunk = take(max);
      if (chunk !== undefined) return chunk;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    source: {
      read(max): MaybePromise<Uint8Array | undefined> {
        if (failure === undefined && !ended) {
          const chunk = take(max);
          if (chunk !== undefined) return chunk;
        }
        return wait(max);
      },
      cancel() {
        if (ended) return;
        ended = true;
        rest = undefined;
        trailers.resolve(undefined);
        message.off('readable', notify);
        drop();
        notify();
      },
    },
    trailers: trailers.promise,
  };
}

/**
 * Writes a whole source, no faster than the connection takes it. The connection closing cancels the source.
 * @param progress called after each chunk
 * @returns whether all of it was written; otherwise the connection is gone
 */
export async function writeAll(source: ByteSource, target: OutgoingMessage, progress?: () => void): Promise<boolean> {
  let wake: (() => void) | undefined;
  const notify = (): void => {
    wake?.();
    wake = undefined;
  };
  const onClose = (): void => {
    source.cancel(new Error('the connection was closed'));
    notify();
  };
  target.on('drain', notify);
  target.once('close', onClose);
  // The head goes out with the first chunk, unless that lets it wait.
  let early: NodeJS.Immediate | undefined;
  try {
    for (let first = true; ; first = false) {
      if (target.destroyed) {
        source.cancel();
        return false;
      }
      const next = source.read(chunkSize);
      if (first && next instanceof Promise) early = setImmediate(() => target.flushHeaders());
      const chunk = next instanceof Promise ? await next : next;
      if (first) clearImmediate(early);
      if (chunk === undefined) return !target.destroyed;
      if (!target.destroyed && !target.write(chunk)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      progress?.();
    }
  } finally {
    clearImmediate(early);
    target.off('drain', notify);
    target.off('close', onClose);
  }
}
