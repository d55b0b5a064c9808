import { HostStream, type Source } from '../streams.ts';
import type { MaybePromise } from '../values.ts';
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
      try {
        if (!this.#store.failed) this.#serve();
      } catch (reason) {
        this.#store.poison(reason);
      }
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
  return new SourceStream(store, sourceOfValue(value, numeric), numeric);
}

/** A source of elements side by side. */
function sourceOfValue(value: unknown, numeric: boolean): Source<unknown> {
  if (value instanceof HostStream) return new RowSource(value as Source<unknown>, numeric);
  if (value instanceof GuestStream) return { read: (count) => value.pull(count), cancel: () => value.cancel() };
  if (typeof value === 'object' && value !== null) {
    if (Symbol.asyncIterator in value) return new IteratorSource((value as AsyncIterable<unknown>)[Symbol.asyncIterator](), numeric);
    if (Symbol.iterator in value) return new IteratorSource((value as Iterable<unknown>)[Symbol.iterator](), numeric);
  }
  throw new TypeError('unrecognized stream: expected an async iterable, a ReadableStream or an array');
}

/** Numbers may come as typed arrays of many; anything else is one element. */
const rowOf = (value: unknown, numeric: boolean): unknown => (numeric && ArrayBuffer.isView(value) ? value : [value]);

/** What a host gave as a source: of numbers, one or many at a time, or of single elements. */
class RowSource implements Source<unknown> {
  readonly #source: Source<unknown>;
  readonly #numeric: boolean;
  constructor(source: Source<unknown>, numeric: boolean) {
    this.#source = source;
    this.#numeric = numeric;
  }
  read(max: number): MaybePromise<unknown> {
    const chunk = this.#source.read(max);
    return chunk instanceof Promise ? chunk.then(this.#row) : this.#row(chunk);
  }
  readonly #row = (chunk: unknown): unknown => (chunk === undefined ? undefined : rowOf(chunk, this.#numeric));
  cancel(reason?: unknown): void {
    this.#source.cancel(reason);
  }
}

class IteratorSource implements Source<unknown> {
  readonly #iterator: AsyncIterator<unknown> | Iterator<unknown>;
  readonly #numeric: boolean;
  constructor(iterator: AsyncIterator<unknown> | Iterator<unknown>, numeric: boolean) {
    this.#iterator = iterator;
    this.#numeric = numeric;
  }
  async read(): Promise<unknown> {
    const { value, done } = await this.#iterator.next();
    return done === true ? undefined : rowOf(value, this.#numeric);
  }
  cancel(): void {
    // Nobody reads any more, so nobody is told what the iterator fails with at its end.
    const end = async (): Promise<unknown> => this.#iterator.return?.();
    end().catch(() => {});
  }
}
