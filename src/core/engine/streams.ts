import { concat } from './concat.ts';
import type { MaybePromise } from './values.ts';

/**
 * The one stream contract inside the host: the consumer pulls. Not reading is the backpressure.
 *
 * - `read(max)` answers the next 1 to `max` items, or `undefined` at the end; it rejects when the source fails, once.
 *   It MUST NOT be called again before the call before it has settled.
 * - `cancel()` says that nobody will read any more. It may be called at any time and more than once; a read under way then
 *   answers `undefined`.
 */
export interface Source<Chunk> {
  read(max: number): MaybePromise<Chunk | undefined>;
  cancel(reason?: unknown): void;
}

/**
 * A {@link Source} of bytes. A reader that is done with a chunk before it reads on may say where the next may be put, `into`, at least `max` long: the
 * chunk may be a part of that then. Sources may ignore it.
 */
export interface ByteSource extends Source<Uint8Array> {
  read(max: number, into?: Uint8Array): MaybePromise<Uint8Array | undefined>;
}

/** How many bytes are asked of a guest's stream at a time. */
export const chunkSize = 65_536;

/** What the engine hands to a host function for a WIT `stream<T>` parameter. */
export interface GuestStream {
  read(options: { count: number }): Promise<{ value?: unknown; done?: boolean }>;
  return?(): unknown;
  [Symbol.dispose]?(): void;
}

/** One that is a {@link Source} besides: what is there is had at once. */
interface PulledStream extends GuestStream {
  pull(max: number, into?: Uint8Array): MaybePromise<unknown>;
  cancel(): void;
}

/**
 * A host source as a value that a host function may return for a WIT `stream<T>`. The guest dropping its end cancels the
 * source, and so does the end of its instance, with the reason. A source that fails ends the stream; the failure goes to `onEnd`, because a WIT stream has no error of its own
 * (interfaces pair it with a future). `onEnd` is called exactly once: without an argument at the end or after a drop.
 */
export function toGuestStream<Chunk>(source: Source<Chunk>, onEnd?: (failure?: unknown) => void): HostStream<Chunk> {
  return new HostStream(source, onEnd);
}

/**
 * What {@link toGuestStream} makes: an async iterator for engines that know nothing better, a source for those that pull by themselves. As a source it
 * never fails: a failure is its end, told to `onEnd`.
 */
export class HostStream<Chunk> implements Source<Chunk>, AsyncIterableIterator<Chunk> {
  readonly #source: Source<Chunk>;
  readonly #onEnd: ((failure?: unknown) => void) | undefined;
  #ended = false;
  #taken = false;

  constructor(source: Source<Chunk>, onEnd: ((failure?: unknown) => void) | undefined) {
    this.#source = source;
    this.#onEnd = onEnd;
  }

  /** Takes it, to read from it: answers false when somebody has done so before. */
  take(): boolean {
    const first = !this.#taken;
    this.#taken = true;
    return first;
  }
  read(max: number): MaybePromise<Chunk | undefined> {
    if (this.#ended) return undefined;
    try {
      const chunk = this.#source.read(max);
      return chunk instanceof Promise ? chunk.then(this.#arrived, this.#end) : this.#arrived(chunk);
    } catch (failure) {
      return this.#end(failure);
    }
  }
  cancel(reason?: unknown): void {
    if (this.#ended) return;
    this.#source.cancel(reason);
    this.#end();
  }

  // A drop may have come while a read was under way.
  readonly #arrived = (chunk: Chunk | undefined): Chunk | undefined => (chunk === undefined || this.#ended ? this.#end() : chunk);
  readonly #end = (failure?: unknown): undefined => {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd?.(failure);
  };

  [Symbol.asyncIterator](): this {
    return this;
  }
  async next(): Promise<IteratorResult<Chunk>> {
    const value = await this.read(chunkSize);
    return value === undefined ? { done: true, value } : { done: false, value };
  }
  async return(): Promise<IteratorResult<Chunk>> {
    this.cancel();
    return { done: true, value: undefined };
  }
}

/** A guest's `stream<u8>` as a {@link ByteSource}. Cancelling drops the readable end, which the guest's writer sees. */
export function fromGuestStream(stream: unknown): ByteSource {
  return 'pull' in (stream as object) ? new PulledSource(stream as PulledStream) : new GuestSource(stream as GuestStream);
}

class PulledSource implements ByteSource {
  readonly #stream: PulledStream;
  constructor(stream: PulledStream) {
    this.#stream = stream;
  }
  read(max: number, into?: Uint8Array): MaybePromise<Uint8Array | undefined> {
    return this.#stream.pull(max, into) as MaybePromise<Uint8Array | undefined>;
  }
  cancel(): void {
    this.#stream.cancel();
  }
}

class GuestSource implements ByteSource {
  readonly #stream: GuestStream;
  #ended = false;

  constructor(stream: GuestStream) {
    this.#stream = stream;
  }

  async read(max: number): Promise<Uint8Array | undefined> {
    while (!this.#ended) {
      const { value, done } = await this.#stream.read({ count: max });
      if (done) this.#ended = true;
      const chunk = toBytes(value);
      // An empty chunk says nothing: the guest probed with a write of length zero.
      if (chunk.length > 0) return chunk;
    }
    return undefined;
  }

  cancel(): void {
    if (this.#ended) return;
    this.#ended = true;
    try {
      if (this.#stream[Symbol.dispose]) this.#stream[Symbol.dispose]?.();
      else this.#stream.return?.();
    } catch {
      // The guest has already dropped or ended its side: there is nothing left to drop.
    }
  }
}

function toBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'number') return Uint8Array.of(value);
  if (Array.isArray(value)) return Uint8Array.from(value as number[]);
  return new Uint8Array(0);
}

/**
 * A host promise as a value that a host function may return for a WIT `future<T>`. It never rejects: a failure becomes the value
 * that `onFailure` makes of it, since a future that never resolves would leave the guest waiting for good.
 */
export function toGuestFuture<T>(value: Promise<T>, onFailure: (failure: unknown) => T): Promise<T> {
  return value.catch(onFailure);
}

/**
 * A value that a host function will have, as what it may return for a WIT `future<T>`: whoever makes it sets it once. Engines that know it are told at
 * once, it is a thenable for others.
 */
export class HostFuture<T> implements PromiseLike<T> {
  #settled: { readonly value: T } | undefined;
  #listener: ((value: T) => void) | undefined;
  #promise: Promise<T> | undefined;

  /** Only the first call counts. */
  set(value: T): void {
    if (this.#settled !== undefined) return;
    this.#settled = { value };
    this.#listener?.(value);
    this.#listener = undefined;
  }
  /** Tells the one listener, now or when it is set. */
  onValue(listener: (value: T) => void): void {
    if (this.#settled === undefined) this.#listener = listener;
    else listener(this.#settled.value);
  }
  // eslint-disable-next-line unicorn/no-thenable -- it stands for a promise
  then<A = T, B = never>(onValue?: ((value: T) => A | PromiseLike<A>) | null, onFailure?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    this.#promise ??= new Promise((resolve) => this.onValue(resolve));
    return this.#promise.then(onValue, onFailure);
  }
}

/** What the engine hands to a host function for a WIT `future<T>`, where it can tell its value without a promise. */
interface ReceivedFuture<T> {
  receive(onValue: (value: T) => void, onFailure: (reason: unknown) => void): void;
}

/**
 * Reads a guest's `future<T>`: it must be consumed, an unread one keeps the guest's task alive. The callbacks may be called at once.
 * `onFailure` hears that the guest ended before it wrote.
 */
export function receiveGuestFuture<T>(future: unknown, onValue: (value: T) => void, onFailure: (reason: unknown) => void): void {
  if (typeof future === 'object' && future !== null && 'receive' in future) (future as ReceivedFuture<T>).receive(onValue, onFailure);
  else Promise.resolve(future as PromiseLike<T>).then(onValue, onFailure);
}

/** The same as a promise. */
export function fromGuestFuture<T>(future: unknown): Promise<T> {
  return new Promise((resolve, reject) => receiveGuestFuture(future, resolve, reject));
}

/** A source over chunks that are already there. */
export function sourceOf(...chunks: Uint8Array[]): ByteSource {
  let index = 0;
  let rest: Uint8Array | undefined;
  return {
    read(max) {
      while (rest === undefined || rest.length === 0) {
        if (index >= chunks.length) return undefined;
        rest = chunks[index++];
      }
      const chunk = rest.subarray(0, max);
      rest = rest.subarray(chunk.length);
      return chunk;
    },
    cancel() {
      index = chunks.length;
      rest = undefined;
    },
  };
}

/** Everything a source has, joined. */
export async function readAll(source: ByteSource): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await source.read(chunkSize); chunk !== undefined; chunk = await source.read(chunkSize)) chunks.push(chunk);
  return concat(chunks);
}
