import { ValueError } from '../abi/value-error.ts';
import { HostStream, type Source } from '../streams.ts';
import { type CopyBuffer, CopyResult, SharedStream, type WritableBuffer } from './copy.ts';
import type { StreamElements } from './elements.ts';
import type { Store } from './store.ts';

/** Who copies on the host's behalf. */
const host = Object.freeze({ name: 'host' });

/** What {@link GuestStream.read} answers. */
export interface StreamRead {
  /** Bytes as a `Uint8Array`, other numbers as their typed arrays, else an array; absent when there was nothing. */
  readonly value?: unknown;
  readonly done: boolean;
}

/** The readable end of a guest's stream in the host's hands. */
export class GuestStream implements AsyncIterable<unknown> {
  readonly #store: Store;
  readonly #type: number;
  readonly #elements: StreamElements;
  #shared: SharedStream | undefined;
  #reading = false;

  constructor(store: Store, type: number, shared: SharedStream, elements: StreamElements) {
    this.#store = store;
    this.#type = type;
    this.#elements = elements;
    this.#shared = shared;
    store.hostEnds++;
  }

  /** Reads 1 to `count` elements; `done` when the guest has dropped its end. One read at a time. Rejects when the guest's instance fails meanwhile. */
  read({ count }: { count: number }): Promise<StreamRead> {
    const shared = this.#shared;
    if (shared === undefined || this.#store.failed) return Promise.resolve({ done: true });
    if (this.#reading) return Promise.reject(new Error('a read of this stream is under way'));
    this.#reading = true;
    return new Promise((resolve, reject) => {
      const release = this.#store.addSuspended(reject);
      const buffer = new HostWritable(count, this.#elements);
      const finish = (done: boolean): void => {
        release();
        this.#reading = false;
        if (done) this.#letGo();
        resolve(buffer.progress === 0 ? { done } : { value: buffer.value, done });
      };
      shared.read(
        buffer,
        (reclaim) => {
          reclaim();
          finish(false);
        },
        (result) => {
          if (this.#reading) finish(result === CopyResult.dropped);
        },
      );
    });
  }

  async *[Symbol.asyncIterator](): AsyncIterator<unknown> {
    try {
      for (;;) {
        const { value, done } = await this.read({ count: 65_536 });
        if (value !== undefined) yield* value as Iterable<unknown>;
        if (done) return;
      }
    } finally {
      this[Symbol.dispose]();
    }
  }

  /** Drops the end; the guest's writer is told. */
  [Symbol.dispose](): void {
    const shared = this.#shared;
    this.#letGo();
    if (!this.#store.failed) shared?.drop();
  }

  #letGo(): void {
    if (this.#shared === undefined) return;
    this.#shared = undefined;
    this.#store.hostEnds--;
    this.#store.settle();
  }

  /** Whether a read is under way. */
  get reading(): boolean {
    return this.#reading;
  }

  /** Gives the end to a guest of the same store; the host has it no more. `undefined` if it is not such an end, or was used up. */
  give(store: Store, type: number): SharedStream | undefined {
    if (store !== this.#store || type !== this.#type || this.#reading) return undefined;
    const shared = this.#shared;
    this.#letGo();
    return shared;
  }
}

/** Gathers what a guest writes. */
class HostWritable implements WritableBuffer {
  readonly owner: object = host;
  readonly length: number;
  progress = 0;
  value: unknown;
  readonly #elements: StreamElements;

  constructor(length: number, elements: StreamElements) {
    this.length = length;
    this.#elements = elements;
  }
  get remain(): number {
    return this.length - this.progress;
  }
  put(values: unknown, count: number): void {
    // What a guest's buffer gives of bytes is its memory: it is copied before anybody runs.
    this.value = this.#elements.bytes ? (values as Uint8Array).slice() : (values ?? count);
    this.progress += count;
  }
}

/** A host's source as the writable side of a stream: it is asked for elements when the guest reads. */
class SourceStream extends SharedStream {
  readonly #store: Store;
  readonly #source: Source<unknown>;
  #origin: GuestStream | undefined;
  #rest: unknown;
  #restAt = 0;
  #pulling = false;
  #ended = false;
  #waiting: { buffer: WritableBuffer; onDone: (result: CopyResult) => void } | undefined;

  /** @param value what the host gave, see {@link sourceOfValue} */
  constructor(store: Store, value: unknown, numeric: boolean) {
    super(numeric);
    this.#store = store;
    this.#source = sourceOfValue(value);
    if (value instanceof GuestStream) this.#origin = value;
  }

  /** The other store's stream that this is, if nobody has read of it; it is given away with this. */
  takeOrigin(): GuestStream | undefined {
    if (this.dropped || this.#origin?.reading === true) return undefined;
    const origin = this.#origin;
    this.#origin = undefined;
    return origin;
  }

  override read(buffer: WritableBuffer, _onCopy: unknown, onDone: (result: CopyResult) => void): void {
    if (this.dropped) {
      onDone(CopyResult.dropped);
      return;
    }
    this.#waiting = { buffer, onDone };
    this.#serve();
  }

  /** Answers the read that waits, or asks the source. */
  #serve(): void {
    while (this.#waiting !== undefined) {
      const { buffer, onDone } = this.#waiting;
      if (this.#rest !== undefined || buffer.remain === 0) {
        this.#waiting = undefined;
        this.#hand(buffer);
        onDone(CopyResult.completed);
        return;
      }
      if (this.#ended) {
        this.#waiting = undefined;
        this.dropped = true;
        onDone(CopyResult.dropped);
        return;
      }
      if (this.#pulling) return;
      this.#origin = undefined;
      const chunk = this.#pull(buffer.remain);
      if (chunk instanceof Promise) {
        this.#await(chunk);
        return;
      }
      this.#arrived(chunk);
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
    else if ((chunk as ArrayLike<unknown>).length > 0) {
      this.#rest = chunk;
      this.#restAt = 0;
    }
  }
  #hand(buffer: WritableBuffer): void {
    const rest = this.#rest as Chunk | undefined;
    if (rest === undefined) return;
    const count = Math.min(buffer.remain, rest.length - this.#restAt);
    if (count === 0) return;
    const to = this.#restAt + count;
    buffer.put(rest.subarray?.(this.#restAt, to) ?? rest.slice?.(this.#restAt, to), count);
    this.#restAt = to;
    if (to === rest.length) this.#rest = undefined;
  }

  override cancel(buffer: CopyBuffer): void {
    const waiting = this.#waiting;
    if (waiting?.buffer !== buffer) return;
    this.#waiting = undefined;
    waiting.onDone(CopyResult.cancelled);
  }
  override drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    this.#source.cancel();
  }
}

/** Elements as a source gives them; of nothing there is a length only. */
interface Chunk extends ArrayLike<unknown> {
  subarray?(from: number, to: number): unknown;
  slice?(from: number, to: number): unknown;
}

/** A guest's stream in the host's hands: where the guest only passes on what it was given, that itself. */
export function streamOf(store: Store, type: number, shared: SharedStream, elements: StreamElements): GuestStream {
  return (shared instanceof SourceStream ? shared.takeOrigin() : undefined) ?? new GuestStream(store, type, shared, elements);
}

/** What a host function gave for a stream, as the shared part of one. */
export function streamOfValue(store: Store, type: number, value: unknown, elements: StreamElements): SharedStream {
  if (value instanceof GuestStream) {
    const given = value.give(store, type);
    if (given !== undefined) return given;
  }
  return new SourceStream(store, value, elements.numeric);
}

function sourceOfValue(value: unknown): Source<unknown> {
  if (value instanceof HostStream) return chunksOf(value.source as Source<unknown>);
  if (value instanceof GuestStream) return { read: async (count) => (await value.read({ count })).value, cancel: () => value[Symbol.dispose]() };
  if (typeof value === 'object' && value !== null) {
    if (Symbol.asyncIterator in value) return sourceOfIterator((value as AsyncIterable<unknown>)[Symbol.asyncIterator]());
    if (Symbol.iterator in value) return sourceOfIterator((value as Iterable<unknown>)[Symbol.iterator]());
  }
  throw new ValueError('unrecognized stream: expected an async iterable, a ReadableStream or an array');
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
