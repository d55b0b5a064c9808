import { ValueError } from '../abi/value-error.ts';
import { HostStream, type Source } from '../streams.ts';
import type { MaybePromise } from '../values.ts';
import { type Copier, CopyResult, SharedStream, type WritableBuffer } from './copy.ts';
import type { StreamElements } from './elements.ts';
import type { Given } from './given.ts';
import { GuestStream } from './guest-stream.ts';
import type { Store } from './store.ts';

/** How much is asked of a source for a read of nothing, which waits until there is something. */
const mostAhead = 65_536;

/** What is read of outside the store. */
interface Outside extends Source<unknown> {
  /** Only of another store's stream: gives up the read under way. Such a source is also told of reads of nothing. */
  stop?(): void;
}

/** Elements side by side: a typed array, or an array. */
type Chunk = ArrayLike<unknown> & { subarray?(from: number, to: number): unknown; slice(from: number, to: number): unknown };

/** A host's source as the writable side of a stream: it is asked for elements when the guest reads. */
class SourceStream extends SharedStream implements Given {
  before: Given | undefined;
  after: Given | undefined;
  readonly #store: Store;
  readonly #source: Outside;
  /** Another store's stream that this is, until it is read from. */
  #origin: GuestStream | undefined;
  /** What came and was not taken yet. */
  #rest: Chunk | undefined;
  #restAt = 0;
  #pulling = false;
  #ended = false;
  /** Whether anything has come since the read that waits began. */
  #stirred = false;

  /** @param value what the host gave, see {@link sourceOfValue} */
  constructor(store: Store, value: unknown, numeric: boolean) {
    super(numeric);
    this.#store = store;
    if (value instanceof GuestStream) this.#origin = value;
    if (isChunk(value, numeric)) {
      // All of it is there.
      this.#source = nothingMore;
      this.#arrived(value);
      this.#ended = true;
    } else {
      this.#source = sourceOfValue(value, numeric);
      store.addGiven(this);
    }
  }

  /** The other store's stream that this is, if nobody has read of it; it is given away with this. */
  takeOrigin(): GuestStream | undefined {
    if (this.dropped || this.#origin?.reading === true) return undefined;
    const origin = this.#origin;
    this.#origin = undefined;
    if (origin === undefined) return undefined;
    this.#store.removeGiven(this);
    origin.comeBack();
    return origin;
  }

  override read(buffer: WritableBuffer, reader: Copier): void {
    if (this.dropped) {
      reader.done(CopyResult.dropped);
      return;
    }
    this.wait(reader, undefined, buffer);
    this.#stirred = false;
    this.#serve();
  }

  /** Answers the read that waits, or asks the source. */
  #serve(): void {
    for (let { to } = this; to !== undefined; { to } = this) {
      if (this.#rest !== undefined || this.#ended || (this.#stirred && to.remain === 0)) {
        this.#hand(to);
        this.dropped = this.#ended && this.#rest === undefined;
        this.settle(this.dropped ? CopyResult.dropped : CopyResult.completed);
      } else if (this.#pulling) return;
      else {
        const chunk = this.#pull(to.remain === 0 && this.#source.stop === undefined ? mostAhead : to.remain);
        if (this.#store.failed) return;
        if (chunk instanceof Promise) {
          this.#await(chunk);
          return;
        }
        this.#arrived(chunk);
      }
    }
  }
  #pull(count: number): unknown {
    this.#origin = undefined;
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
    this.#stirred = true;
    if (chunk === undefined) {
      this.#ended = true;
      this.#store.removeGiven(this);
    } else if ((chunk as Chunk).length > 0) {
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

  override cancel(reader: Copier): void {
    if (this.waiting !== reader) return;
    super.cancel(reader);
    if (this.#pulling) this.#source.stop?.();
  }
  override drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    if (this.#ended) return;
    this.#store.removeGiven(this);
    this.#source.cancel();
  }
  abandon(reason: unknown): void {
    this.#source.cancel(reason);
  }
}

/** A guest's stream in the host's hands: where the guest only passes on what it was given, that itself. */
export function streamOf(store: Store, type: number, shared: SharedStream, elements: StreamElements): GuestStream {
  return (shared instanceof SourceStream ? shared.takeOrigin() : undefined) ?? new GuestStream(store, type, shared, elements);
}

/** What a host function gave for a stream, as the shared part of one. */
export function streamOfValue(store: Store, type: number, value: unknown, numeric: boolean): SharedStream {
  if (value instanceof GuestStream) {
    const given = value.give(store, type);
    if (given !== undefined) return given;
  }
  return new SourceStream(store, value, numeric);
}

/** Whether it is elements side by side. An array of numbers may hold rows of them instead, see {@link rowOf}. */
function isChunk(value: unknown, numeric: boolean): value is Chunk {
  if (Array.isArray(value)) return !numeric || !value.some(ArrayBuffer.isView);
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

const nothingMore: Outside = { read: () => undefined, cancel: () => {} };

/** A source of elements side by side. */
function sourceOfValue(value: unknown, numeric: boolean): Outside {
  if (value instanceof HostStream) {
    if (!value.take()) throw new ValueError('the stream was given away already');
    return new RowSource(value as Source<unknown>, numeric);
  }
  if (value instanceof GuestStream) return { read: (count) => value.pull(count), stop: () => value.stop(), cancel: () => value.cancel() };
  if (typeof value === 'object' && value !== null) {
    if ('getReader' in value) return new ReaderSource(value as ReadableStream, numeric);
    if (Symbol.asyncIterator in value) return new IteratorSource((value as AsyncIterable<unknown>)[Symbol.asyncIterator](), numeric);
    if (Symbol.iterator in value) return new IteratorSource((value as Iterable<unknown>)[Symbol.iterator](), numeric);
  }
  throw new ValueError('unrecognized stream: expected an async iterable, a ReadableStream or an array');
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

/** A stream of the web. Its own iterator would only end it after a read that is under way. */
class ReaderSource implements Source<unknown> {
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  readonly #numeric: boolean;
  constructor(stream: ReadableStream, numeric: boolean) {
    if (stream.locked) throw new ValueError('the stream is locked: it was given away already, or is read elsewhere');
    this.#reader = stream.getReader();
    this.#numeric = numeric;
  }
  async read(): Promise<unknown> {
    const { value, done } = await this.#reader.read();
    return done ? undefined : rowOf(value, this.#numeric);
  }
  cancel(reason?: unknown): void {
    this.#reader.cancel(reason).catch(() => {});
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
  cancel(reason?: unknown): void {
    // Nobody reads any more, so nobody is told what the iterator fails with at its end.
    const end = async (): Promise<unknown> => this.#iterator.return?.(reason);
    end().catch(() => {});
  }
}
