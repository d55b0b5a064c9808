import { Trap } from '../trap.ts';
import { messageOf } from '../../errors.ts';
import { type CopyBuffer, CopyResult, SharedFuture, type WritableBuffer } from './copy.ts';
import type { Store } from './store.ts';

const host = Object.freeze({ name: 'host' });

/** The readable end of a guest's future in the host's hands. Awaiting it reads it; it can be awaited more than once. */
export class GuestFuture implements PromiseLike<unknown> {
  readonly #store: Store;
  readonly #type: number;
  #shared: SharedFuture | undefined;
  #result: Promise<unknown> | undefined;

  constructor(store: Store, type: number, shared: SharedFuture) {
    this.#store = store;
    this.#type = type;
    this.#shared = shared;
    store.hostEnds++;
  }

  // eslint-disable-next-line unicorn/no-thenable -- awaiting is how a future is read
  then<A = unknown, B = never>(
    onValue?: ((value: unknown) => A | PromiseLike<A>) | null,
    onFailure?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#result ??= this.#read();
    return this.#result.then(onValue, onFailure);
  }

  #read(): Promise<unknown> {
    const shared = this.#shared;
    if (shared === undefined) return Promise.reject(new Error('the future was dropped or given away'));
    return new Promise((resolve, reject) => {
      const release = this.#store.addSuspended(reject);
      let value: unknown;
      const buffer: WritableBuffer = {
        owner: host,
        remain: 1,
        length: 1,
        put: (values) => void (value = Array.isArray(values) ? values[0] : (values as ArrayLike<unknown>)[0]),
      };
      shared.read(buffer, () => {
        release();
        this.#letGo();
        resolve(value);
      });
    });
  }

  /** Drops the end; the guest's writer is told. */
  [Symbol.dispose](): void {
    const shared = this.#shared;
    if (this.#result !== undefined) return;
    this.#letGo();
    if (!this.#store.failed) shared?.drop();
  }
  #letGo(): void {
    if (this.#shared === undefined) return;
    this.#shared = undefined;
    this.#store.hostEnds--;
    this.#store.settle();
  }

  give(store: Store, type: number): SharedFuture | undefined {
    if (store !== this.#store || type !== this.#type || this.#result !== undefined) return undefined;
    const shared = this.#shared;
    this.#letGo();
    return shared;
  }
}

/** A host's promise as the writable side of a future. */
class PromiseFuture extends SharedFuture {
  readonly #store: Store;
  #settled: { value: unknown } | undefined;
  #waiting: { buffer: WritableBuffer; onDone: (result: CopyResult) => void } | undefined;

  constructor(store: Store, promise: PromiseLike<unknown>, numeric: boolean) {
    super(numeric);
    this.#store = store;
    store.hostOperations++;
    const settled = (): void => {
      store.hostOperations--;
      store.settle();
    };
    promise.then(
      (value) => {
        this.#settled = { value };
        if (!store.failed) this.#serve();
        settled();
      },
      (reason: unknown) => {
        settled();
        if (this.dropped) return;
        store.poison(new Trap(`the host failed to provide the value of a future: ${messageOf(reason)}`, { cause: reason }));
      },
    );
  }

  override read(buffer: WritableBuffer, onDone: (result: CopyResult) => void): void {
    this.#waiting = { buffer, onDone };
    this.#serve();
  }
  #serve(): void {
    if (this.#waiting === undefined || this.#settled === undefined) return;
    const { buffer, onDone } = this.#waiting;
    this.#waiting = undefined;
    try {
      buffer.put([this.#settled.value], 1);
    } catch (reason) {
      this.#store.poison(reason);
      return;
    }
    onDone(CopyResult.completed);
  }
  override cancel(buffer: CopyBuffer): void {
    const waiting = this.#waiting;
    if (waiting?.buffer !== buffer) return;
    this.#waiting = undefined;
    waiting.onDone(CopyResult.cancelled);
  }
  override drop(): void {
    this.dropped = true;
  }
}

/** What a host function gave for a future, as the shared part of one. */
export function futureOfValue(store: Store, type: number, value: unknown, numeric: boolean): SharedFuture {
  if (value instanceof GuestFuture) {
    const given = value.give(store, type);
    if (given !== undefined) return given;
  }
  if (typeof value !== 'object' || value === null || !('then' in value)) throw new TypeError('unrecognized future object (not Promise/Thenable)');
  return new PromiseFuture(store, value as PromiseLike<unknown>, numeric);
}
