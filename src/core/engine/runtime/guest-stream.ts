import { ValueError } from '../abi/value-error.ts';
import type { MaybePromise } from '../values.ts';
import { type Copier, CopyResult, type SharedStream, type WritableBuffer } from './copy.ts';
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

/** The readable end of a guest's stream in the host's hands: a `Source` for whoever pulls, an async iterable of elements for others. */
export class GuestStream implements AsyncIterable<unknown> {
  readonly #store: Store;
  readonly #type: number;
  readonly #elements: StreamElements;
  #shared: SharedStream | undefined;
  #reader: HostReader | undefined;
  /** Why the host cannot give it away any more. */
  #gone: 'was given away already' | 'was dropped' | 'has ended' | undefined;

  constructor(store: Store, type: number, shared: SharedStream, elements: StreamElements) {
    this.#store = store;
    this.#type = type;
    this.#elements = elements;
    this.#shared = shared;
    store.hostEnds++;
  }

  /**
   * The next 1 to `max` elements, at once if the guest has written some; `undefined` when the guest has dropped its end. Asked for 0 it answers none
   * as soon as there are some. One read at a time. Rejects with the reason when the instance fails or is disposed.
   * @param into of a stream of bytes: where they are put, the answer is a part of it then
   */
  pull(max: number, into?: Uint8Array): MaybePromise<unknown> {
    const shared = this.#shared;
    if (shared === undefined) return this.#end();
    if (this.#reader !== undefined) throw new Error('a read of this stream is under way');
    const most = Math.max(1, Math.floor(this.#store.limits.streamBytes / spaceOf(this.#elements)));
    const reader = new HostReader(Math.min(max, most, into?.length ?? max), this.#elements, shared, into);
    if (!this.#store.failed) shared.read(reader, reader);
    if (reader.over) return this.#arrived(reader);
    this.#reader = reader;
    return new Promise((resolve, reject) => {
      reader.onEnd = (failure) => {
        this.#reader = undefined;
        this.#store.removeWaiting(reader);
        if (failure === undefined) resolve(this.#arrived(reader));
        else reject(failure.reason as Error);
      };
      this.#store.addWaiting(reader);
    });
  }
  #arrived(reader: HostReader): unknown {
    if (reader.ended) this.#letGo();
    if (reader.progress > 0) return reader.value;
    return reader.ended ? this.#end() : [];
  }
  /** The host is told of the end, which may have come with the last elements. */
  #end(): undefined {
    this.#gone ??= 'has ended';
  }

  /**
   * Reads 1 to `count` elements; `done` when there were none and the guest has dropped its end.
   * @param options `into`, of a stream of bytes: where they are put, `value` is a part of it then. Who reads much makes no garbage with one that it uses again
   */
  async read({ count, into }: { count: number; into?: Uint8Array }): Promise<StreamRead> {
    const value = await this.pull(count, into);
    return value === undefined ? { done: true } : { value, done: false };
  }

  async *[Symbol.asyncIterator](): AsyncIterator<unknown> {
    try {
      for (let value = await this.pull(65_536); value !== undefined; value = await this.pull(65_536)) yield* value as Iterable<unknown>;
    } finally {
      this[Symbol.dispose]();
    }
  }

  /** Gives up the read under way: no elements come. */
  stop(): void {
    if (this.#reader !== undefined) this.#shared?.cancel(this.#reader);
  }

  /** Drops the end; the guest's writer is told, and a read under way has come to its end. */
  cancel(): void {
    const shared = this.#shared;
    this.#gone ??= 'was dropped';
    this.#letGo();
    const reader = this.#reader;
    if (reader !== undefined) {
      shared?.forget(reader);
      reader.done(CopyResult.dropped);
    }
    if (!this.#store.failed) shared?.drop();
  }
  [Symbol.dispose](): void {
    this.cancel();
  }

  #letGo(): void {
    if (this.#shared === undefined) return;
    this.#shared = undefined;
    this.#store.hostEnds--;
    this.#store.settle();
  }

  /** Whether a read is under way. */
  get reading(): boolean {
    return this.#reader !== undefined;
  }

  /**
   * Gives it away to a guest: the end itself to one of the same store, which has it no more then. `undefined`: it is to be read on the guest's behalf.
   * @throws ValueError when it is not there to be given
   */
  give(store: Store, type: number): SharedStream | undefined {
    if (this.#gone !== undefined) throw new ValueError(`the stream ${this.#gone}`);
    if (this.#reader !== undefined) throw new ValueError('a read of the stream is under way');
    this.#gone = 'was given away already';
    if (store !== this.#store || type !== this.#type) return undefined;
    const shared = this.#shared;
    this.#letGo();
    return shared;
  }
  /** The guest that it was given to has given it back unread. */
  comeBack(): void {
    this.#gone = undefined;
  }
}

/** What an element takes here, in bytes. */
function spaceOf({ elements }: StreamElements): number {
  return elements === undefined ? 8 : elements.size + elements.cost;
}

/** One read of the host: gathers what a guest writes. */
class HostReader implements WritableBuffer, Copier {
  readonly owner: object = host;
  readonly length: number;
  readonly step: number;
  progress = 0;
  value: unknown;
  over = false;
  /** Whether there will be no more. */
  ended = false;
  onEnd: ((failure?: { reason: unknown }) => void) | undefined;
  readonly #elements: StreamElements;
  readonly #shared: SharedStream;
  readonly #into: Uint8Array | undefined;

  constructor(length: number, elements: StreamElements, shared: SharedStream, into: Uint8Array | undefined) {
    this.length = length;
    this.step = length;
    this.#elements = elements;
    this.#shared = shared;
    this.#into = into;
  }

  get remain(): number {
    return this.length - this.progress;
  }
  put(values: unknown, count: number): void {
    const { bytes, elements } = this.#elements;
    this.value = bytes ? bytesOf(values, this.#into) : elements === undefined ? Array.from({ length: count }, () => undefined) : values;
    this.progress += count;
  }
  copied(): void {
    this.#shared.forget(this);
    this.done(CopyResult.completed);
  }
  done(result: CopyResult): void {
    if (this.over) return;
    this.over = true;
    this.ended = result === CopyResult.dropped;
    this.onEnd?.();
  }
  fail(reason: unknown): void {
    if (this.over) return;
    this.over = true;
    this.ended = true;
    this.onEnd?.({ reason });
  }
}

/** What a guest gives of bytes is its memory, another source's chunk is its own: both are copied. */
function bytesOf(values: unknown, into: Uint8Array | undefined): Uint8Array {
  if (into === undefined) return values instanceof Uint8Array ? values.slice() : Uint8Array.from(values as ArrayLike<number>);
  into.set(values as ArrayLike<number>);
  return into.subarray(0, (values as ArrayLike<number>).length);
}
