import { HostStream, type Source } from '../streams.ts';
import { type Copier, CopyResult, SharedStream, type WritableBuffer } from './copy.ts';
import { GuestStream } from './guest-stream.ts';
import type { Store } from './store.ts';

/** Elements side by side: a typed array, or an array. */
type Chunk = ArrayLike<unknown> & { subarray?(from: number, to: number): unknown; slice(from: number, to: number): unknown };

/** A host's source as the writable side of a stream: it is asked for elements when the guest reads. */
class SourceStream extends SharedStream {
  readonly #store: Store;
  readonly #source: Source<unknown>;
  /** What came and was not taken yet. */
  #rest: Chunk | undefined;
  #restAt = 0;
  #pulling = false;
  #ended = false;

  constructor(store: Store, source: Source<unknown>, numeric: boolean) {
    super(numeric);
    this.#store = store;
    this.#source = source;
  }

  override read(buffer: WritableBuffer, reader: Copier): void {
    if (this.dropped) {
      reader.done(CopyResult.dropped);
      return;
    }
    this.wait(reader, undefined, buffer);
    this.#serve();
  }

  /** Answers the read that waits, or asks the source. */
  #serve(): void {
    for (let { to } = this; to !== undefined; { to } = this) {
      if (this.#rest !== undefined || to.remain === 0) {
        this.#hand(to);
        this.settle(CopyResult.completed);
      } else if (this.#ended) {
        this.dropped = true;
        this.settle(CopyResult.dropped);
      } else if (this.#pulling) return;
      else {
        const chunk = this.#pull(to.remain);
        if (chunk instanceof Promise) {
          this.#await(chunk);
          return;
        }
        this.#arrived(chunk);
      }
    }
  }
  #pull(count: number): unknown {
    try {
      return this.#source.read(count);
    } catch {
      // A stream carries no failure: it ends, and the future beside it says why.
      return undefined;
    }
  }
  #await(chunk: Promise<unknown>): void {
    this.#pulling = true;
    this.#store.hostOperations++;
    const settle = (value: unknown): void => {
      this.#pulling = false;
      this.#store.hostOperations--;
      this.#arrived(value);
      if (!this.#store.failed) this.#serve();
      this.#store.settle();
    };
    chunk.then(settle, () => settle(undefined));
  }
  #arrived(chunk: unknown): void {
    if (chunk === undefined) this.#ended = true;
    else if ((chunk as Chunk).length > 0) {
      this.#rest = chunk as Chunk;
      this.#restAt = 0;
    }
  }
  #hand(buffer: WritableBuffer): void {
    const rest = this.#rest;
    if (rest === undefined) return;
    const from = this.#restAt;
    const to = Math.min(rest.length, from + buffer.remain);
    if (to === from) return;
    const whole = from === 0 && to === rest.length;
    buffer.put(whole ? rest : rest.subarray === undefined ? rest.slice(from, to) : rest.subarray(from, to), to - from);
    this.#restAt = to;
    if (to === rest.length) this.#rest = undefined;
  }

  override drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    this.#source.cancel();
  }
}

/** What a host function gave for a stream, as the shared part of one. */
export function streamOfValue(store: Store, type: number, value: unknown, numeric: boolean): SharedStream {
  if (value instanceof GuestStream) {
    const given = value.give(store, type);
    if (given !== undefined) return given;
  }
  return new SourceStream(store, sourceOfValue(value), numeric);
}

function sourceOfValue(value: unknown): Source<unknown> {
  if (value instanceof HostStream) return chunksOf(value.source as Source<unknown>);
  if (value instanceof GuestStream) return { read: (count) => value.pull(count), cancel: () => value.cancel() };
  if (typeof value === 'object' && value !== null) {
    if (Symbol.asyncIterator in value) return sourceOfIterator((value as AsyncIterable<unknown>)[Symbol.asyncIterator]());
    if (Symbol.iterator in value) return sourceOfIterator((value as Iterable<unknown>)[Symbol.iterator]());
  }
  throw new TypeError('unrecognized stream: expected an async iterable, a ReadableStream or an array');
}

/** Numbers come as typed arrays of many; anything else is one element. */
const chunkOf = (value: unknown): unknown => (value === undefined || ArrayBuffer.isView(value) ? value : [value]);

function chunksOf(source: Source<unknown>): Source<unknown> {
  return {
    read(max) {
      const value = source.read(max);
      return value instanceof Promise ? value.then(chunkOf) : chunkOf(value);
    },
    cancel: (reason) => source.cancel(reason),
  };
}

function sourceOfIterator(iterator: AsyncIterator<unknown> | Iterator<unknown>): Source<unknown> {
  return {
    async read() {
      const { value, done } = await iterator.next();
      return done === true ? undefined : chunkOf(value);
    },
    cancel() {
      void iterator.return?.();
    },
  };
}
