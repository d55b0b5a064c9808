import type { ByteSource } from './streams.ts';
import type { MaybePromise } from './values.ts';

/**
 * Where bytes go. The producer pushes and waits: `write` settles when the sink can take more.
 *
 * - `write`, `flush` and `close` MUST NOT be called while another of them is under way.
 * - `close` says that everything was written; `abort` that the rest will not come. One of them ends the sink, later calls do nothing.
 * - The chunk belongs to the sink from the call on: the producer does not change it.
 */
export interface ByteSink {
  write(chunk: Uint8Array): MaybePromise<void>;
  flush?(): MaybePromise<void>;
  close?(): MaybePromise<void>;
  abort?(reason?: unknown): void;
  /** Never answers with a promise: whoever writes never has to wait. */
  readonly immediate?: boolean;
}

/** Why a write into a pipe failed: nobody reads any more. */
export class PipeClosed extends Error {
  constructor(reason?: unknown) {
    super('the reading side was closed', reason === undefined ? undefined : { cause: reason });
    this.name = 'PipeClosed';
  }
}

interface Waiting {
  chunk: Uint8Array;
  taken: () => void;
  refused: (failure: unknown) => void;
}

/**
 * A pipe without a buffer: a write settles when the reader has taken all of it, a read when there is something to take. Cancelling the
 * source makes the write under way and later ones fail with {@link PipeClosed}; aborting the sink makes reads fail with the reason.
 */
export function createPipe(): { sink: Required<Omit<ByteSink, 'immediate'>>; source: ByteSource } {
  let waiting: Waiting | undefined;
  let wake: (() => void) | undefined;
  let state: 'open' | 'closed' | 'aborted' | 'cancelled' = 'open';
  let reason: unknown;
  const notify = (): void => {
    wake?.();
    wake = undefined;
  };

  const sink: Required<Omit<ByteSink, 'immediate'>> = {
    write(chunk) {
      if (state !== 'open') return Promise.reject(new PipeClosed(reason));
      if (chunk.length === 0) return undefined;
      return new Promise<void>((taken, refused) => {
        waiting = { chunk, taken, refused };
        notify();
      });
    },
    flush: () => undefined,
    close() {
      if (state === 'open') {
        state = 'closed';
        notify();
      }
    },
    abort(why) {
      if (state !== 'open') return;
      state = 'aborted';
      reason = why;
      waiting?.refused(new PipeClosed(why));
      waiting = undefined;
      notify();
    },
  };

  const source: ByteSource = {
    async read(max) {
      while (waiting === undefined) {
        if (state === 'aborted') throw reason;
        if (state !== 'open') return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const { chunk, taken } = waiting;
      if (chunk.length <= max) {
        waiting = undefined;
        taken();
        return chunk;
      }
      waiting.chunk = chunk.subarray(max);
      return chunk.subarray(0, max);
    },
    cancel(why) {
      if (state === 'cancelled' || state === 'aborted') return;
      state = 'cancelled';
      reason = why;
      waiting?.refused(new PipeClosed(why));
      waiting = undefined;
      notify();
    },
  };
  return { sink, source };
}
