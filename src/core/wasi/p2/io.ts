import { type ByteSink, PipeClosed } from '../../engine/sinks.ts';
import { chunkSize, type ByteSource } from '../../engine/streams.ts';
import { type MaybePromise, WitError } from '../../engine/values.ts';
import { messageOf } from '../../errors.ts';
import type { InterfaceTable } from '../interface.ts';
import type { InstanceScope } from '../scope.ts';

/** `wasi:io/error.error`: what failed, for people; `cause` is what was thrown, for interfaces that map it back to their own error code. */
export class IoError {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
  /** `to-debug-string: func() -> string` */
  toDebugString(): string {
    return messageOf(this.cause);
  }
}

/** `wasi:io/streams.stream-error` */
export type StreamError = { tag: 'last-operation-failed'; val: IoError } | { tag: 'closed' };

const closed = (): WitError<StreamError> => new WitError<StreamError>({ tag: 'closed' });
const failed = (cause: unknown): WitError<StreamError> => new WitError<StreamError>({ tag: 'last-operation-failed', val: new IoError(cause) });
/** Nobody reading any more is the end of an output stream rather than a failure of it. */
const failedWrite = (cause: unknown): WitError<StreamError> => (cause instanceof PipeClosed ? closed() : failed(cause));

/** What a {@link Pollable} watches. `wait` starts at most one wait; `drop` ends it. */
export interface PollSource {
  ready(): boolean;
  /** Settles when it may be ready, never rejects. */
  wait(): Promise<void>;
  drop?(): void;
}

/** `wasi:io/poll.pollable` */
export class Pollable {
  readonly #source: PollSource;
  constructor(source: PollSource) {
    this.#source = source;
  }
  /** `ready: func() -> bool` */
  ready(): boolean {
    return this.#source.ready();
  }
  /** `block: func()` */
  block(): MaybePromise<void> {
    if (!this.#source.ready()) return this.#untilReady();
  }
  async #untilReady(): Promise<void> {
    while (!this.#source.ready()) await this.#source.wait();
  }
  /** Settles when the pollable may be ready. */
  wait(): Promise<void> {
    return this.#source.wait();
  }
  [Symbol.dispose](): void {
    this.#source.drop?.();
  }
}

/** A pollable that watches a condition. */
export function pollableOf(ready: () => boolean, wait: () => Promise<void>): Pollable {
  return new Pollable({ ready, wait });
}

/** A pollable that becomes ready when the promise settles, either way. */
export function pollableOfPromise(promise: Promise<unknown>): Pollable {
  let settled = false;
  const done = promise.then(
    () => void (settled = true),
    () => void (settled = true),
  );
  return new Pollable({ ready: () => settled, wait: () => done });
}

/** `poll: func(in: list<borrow<pollable>>) -> list<u32>`: the indices of those that are ready, waiting for the first if none is. */
function poll(pollables: readonly Pollable[]): MaybePromise<Uint32Array> {
  if (pollables.length === 0) throw new Error('wasi:io/poll.poll was called with an empty list, which would wait for ever');
  const ready = readyOnes(pollables);
  return ready.length > 0 ? ready : firstReady(pollables);
}

function readyOnes(pollables: readonly Pollable[]): Uint32Array {
  const indices: number[] = [];
  pollables.forEach((pollable, index) => {
    if (pollable.ready()) indices.push(index);
  });
  return Uint32Array.from(indices);
}

async function firstReady(pollables: readonly Pollable[]): Promise<Uint32Array> {
  for (;;) {
    await Promise.race(pollables.map((pollable) => pollable.wait()));
    const ready = readyOnes(pollables);
    if (ready.length > 0) return ready;
  }
}

function toCount(length: bigint, limit = chunkSize): number {
  return length > BigInt(limit) ? limit : Number(length);
}

/** `wasi:io/streams.input-stream`: a pulled source with at most one chunk read ahead. */
export class InputStream {
  readonly #source: ByteSource;
  readonly #release: () => void;
  #chunk: Uint8Array | undefined;
  #fetching: Promise<void> | undefined;
  #end: WitError<StreamError> | undefined;

  constructor(source: ByteSource, scope: InstanceScope) {
    this.#source = source;
    this.#release = scope.hold((reason) => source.cancel(reason));
  }

  /** Asks the source for the next chunk unless there is one, or an end, or the question is already out. */
  #fetch(): void {
    if (this.#chunk !== undefined || this.#end !== undefined || this.#fetching !== undefined) return;
    try {
      const chunk = this.#source.read(chunkSize);
      if (chunk instanceof Promise) {
        this.#fetching = chunk.then(
          (value) => this.#settle(value),
          (failure: unknown) => this.#fail(failure),
        );
      } else this.#settle(chunk);
    } catch (failure) {
      this.#fail(failure);
    }
  }
  #settle(chunk: Uint8Array | undefined): void {
    this.#fetching = undefined;
    if (chunk === undefined) this.#end = closed();
    else this.#chunk = chunk;
  }
  #fail(failure: unknown): void {
    this.#fetching = undefined;
    this.#end = failed(failure);
  }
  #take(max: number): Uint8Array {
    const chunk = this.#chunk;
    if (chunk === undefined) {
      const end = this.#end;
      if (end === undefined) return new Uint8Array(0);
      if (end.payload.tag !== 'closed') this.#end = closed();
      throw end;
    }
    if (chunk.length <= max) {
      this.#chunk = undefined;
      return chunk;
    }
    this.#chunk = chunk.subarray(max);
    return chunk.subarray(0, max);
  }
  #ready(): boolean {
    this.#fetch();
    return this.#chunk !== undefined || this.#end !== undefined;
  }

  /** `read: func(len: u64) -> result<list<u8>, stream-error>` */
  read(length: bigint): Uint8Array {
    if (length === 0n) return new Uint8Array(0);
    this.#fetch();
    return this.#take(toCount(length));
  }
  /** `blocking-read: func(len: u64) -> result<list<u8>, stream-error>` */
  blockingRead(length: bigint): MaybePromise<Uint8Array> {
    if (length === 0n) return new Uint8Array(0);
    this.#fetch();
    const take = (): Uint8Array => this.#take(toCount(length));
    return this.#fetching === undefined ? take() : this.#fetching.then(take);
  }
  /** `skip: func(len: u64) -> result<u64, stream-error>` */
  skip(length: bigint): bigint {
    return BigInt(this.read(length).length);
  }
  /** `blocking-skip: func(len: u64) -> result<u64, stream-error>` */
  async blockingSkip(length: bigint): Promise<bigint> {
    return BigInt((await this.blockingRead(length)).length);
  }
  /** `subscribe: func() -> pollable` */
  subscribe(): Pollable {
    return pollableOf(
      () => this.#ready(),
      () => this.#fetching ?? Promise.resolve(),
    );
  }
  [Symbol.dispose](): void {
    this.#release();
    this.#source.cancel();
  }
}

/** `wasi:io/streams.output-stream`: one write at a time is with the sink; until it settles the guest may write no more. */
export class OutputStream {
  readonly #sink: ByteSink;
  readonly #release: () => void;
  #pending: Promise<void> | undefined;
  #failure: WitError<StreamError> | undefined;
  #ended = false;

  constructor(sink: ByteSink, scope: InstanceScope) {
    this.#sink = sink;
    this.#release = scope.hold((reason) => this.#abort(reason));
  }
  #abort(reason: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sink.abort?.(reason);
  }
  #check(): void {
    const failure = this.#failure;
    if (failure === undefined) return;
    // The failure is told once; from then on the stream is closed.
    if (failure.payload.tag !== 'closed') this.#failure = closed();
    throw failure;
  }
  #track(step: () => MaybePromise<void>): void {
    try {
      const result = step();
      if (!(result instanceof Promise)) return;
      this.#pending = result.then(
        () => void (this.#pending = undefined),
        (failure: unknown) => {
          this.#pending = undefined;
          this.#failure = failedWrite(failure);
        },
      );
    } catch (failure) {
      this.#failure = failedWrite(failure);
    }
  }
  async #settled(): Promise<void> {
    while (this.#pending !== undefined) await this.#pending;
    this.#check();
  }

  /** `check-write: func() -> result<u64, stream-error>` */
  checkWrite(): bigint {
    this.#check();
    return this.#pending === undefined ? BigInt(chunkSize) : 0n;
  }
  /** `write: func(contents: list<u8>) -> result<_, stream-error>` */
  write(contents: Uint8Array): void {
    this.#check();
    if (contents.length === 0) return;
    if (this.#pending !== undefined || contents.length > chunkSize) {
      throw new Error(`output-stream.write of ${contents.length} bytes without the permit of check-write`);
    }
    this.#track(() => this.#sink.write(contents));
  }
  /** `blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>`; the WIT allows 4096 bytes, more is taken too. */
  blockingWriteAndFlush(contents: Uint8Array): MaybePromise<void> {
    this.#check();
    if (this.#pending !== undefined) return this.#settled().then(() => this.blockingWriteAndFlush(contents));
    if (contents.length > 0) this.#track(() => this.#sink.write(contents));
    return this.blockingFlush();
  }
  /** `flush: func() -> result<_, stream-error>` */
  flush(): void {
    this.#check();
    const flush = (): MaybePromise<void> => this.#sink.flush?.();
    const pending = this.#pending;
    // The failure of the write before it is kept by that write; the flush then has nothing to do.
    if (pending === undefined) this.#track(flush);
    else this.#track(() => pending.then(() => (this.#failure === undefined ? flush() : undefined)));
  }
  /** `blocking-flush: func() -> result<_, stream-error>` */
  blockingFlush(): MaybePromise<void> {
    this.flush();
    return this.#pending === undefined ? this.#check() : this.#settled();
  }
  /** `subscribe: func() -> pollable` */
  subscribe(): Pollable {
    return pollableOf(
      () => this.#pending === undefined,
      () => this.#pending ?? Promise.resolve(),
    );
  }
  /** `write-zeroes: func(len: u64) -> result<_, stream-error>` */
  writeZeroes(length: bigint): void {
    this.write(new Uint8Array(toCount(length, chunkSize + 1)));
  }
  /** `blocking-write-zeroes-and-flush: func(len: u64) -> result<_, stream-error>` */
  blockingWriteZeroesAndFlush(length: bigint): MaybePromise<void> {
    return this.blockingWriteAndFlush(new Uint8Array(toCount(length)));
  }
  /** `splice: func(src: borrow<input-stream>, len: u64) -> result<u64, stream-error>` */
  splice(source: InputStream, length: bigint): bigint {
    const permit = this.checkWrite();
    const chunk = source.read(length < permit ? length : permit);
    this.write(chunk);
    return BigInt(chunk.length);
  }
  /** `blocking-splice: func(src: borrow<input-stream>, len: u64) -> result<u64, stream-error>` */
  async blockingSplice(source: InputStream, length: bigint): Promise<bigint> {
    await this.#settled();
    const chunk = await source.blockingRead(length);
    this.write(chunk);
    await this.#settled();
    return BigInt(chunk.length);
  }
  /**
   * Everything written so far is with the sink, then the sink is closed: how the owner of a body or file ends it.
   * @throws WitError when a write failed before
   */
  async finish(): Promise<void> {
    await this.#settled();
    this.#release();
    if (this.#ended) return;
    this.#ended = true;
    await this.#sink.close?.();
  }
  /** Dropping the stream leaves the sink to its owner; a write under way goes on. */
  [Symbol.dispose](): void {
    this.#release();
  }
}

/** A source as a guest's input stream. It ends with the instance. */
export function inputStreamOf(source: ByteSource, scope: InstanceScope): InputStream {
  return new InputStream(source, scope);
}

/** A sink as a guest's output stream. An instance that ends before {@link OutputStream.finish} aborts the sink. */
export function outputStreamOf(sink: ByteSink, scope: InstanceScope): OutputStream {
  return new OutputStream(sink, scope);
}

/** `wasi:io` 0.2 */
export function createIo(): InterfaceTable {
  const error = { Error: IoError };
  const pollInterface = { Pollable, poll };
  const streams = { InputStream, OutputStream };
  return {
    'wasi:io/error': () => error,
    'wasi:io/poll': () => pollInterface,
    'wasi:io/streams': () => streams,
  };
}
