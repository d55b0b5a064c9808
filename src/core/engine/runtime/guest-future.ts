import { type Copier, type SharedFuture, type WritableBuffer } from './copy.ts';
import type { Failing, Store } from './store.ts';

const host = Object.freeze({ name: 'host' });

/** The readable end of a guest's future in the host's hands. Awaiting it reads it; it can be awaited more than once. */
export class GuestFuture implements PromiseLike<unknown> {
  readonly #store: Store;
  readonly #type: number;
  #shared: SharedFuture | undefined;
  #reading = false;
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
    this.#result ??= new Promise((resolve, reject) => this.receive(resolve, reject));
    return this.#result.then(onValue, onFailure);
  }

  /** Reads it, once: `onValue` is called as soon as the guest writes, or now if it has. */
  receive(onValue: (value: unknown) => void, onFailure: (reason: unknown) => void): void {
    const shared = this.#shared;
    if (shared === undefined || this.#reading) {
      onFailure(new Error('the future was dropped, given away or read before'));
      return;
    }
    this.#reading = true;
    const reader = new HostReceiver(
      (value) => {
        this.#store.removeWaiting(reader);
        this.#letGo();
        onValue(value);
      },
      (reason) => {
        this.#letGo();
        onFailure(reason);
      },
    );
    // It may be answered at once, and is then not waited for.
    this.#store.addWaiting(reader);
    if (!this.#store.failed) shared.read(reader, reader);
  }

  /** Drops the end; the guest's writer is told. */
  [Symbol.dispose](): void {
    const shared = this.#shared;
    if (this.#reading) return;
    this.#letGo();
    if (!this.#store.failed) shared?.drop();
  }
  #letGo(): void {
    if (this.#shared === undefined) return;
    this.#shared = undefined;
    this.#store.hostEnds--;
    this.#store.settle();
  }

  /** Gives the end to a guest of the same store; the host has it no more. `undefined` if it is not such an end, or was used up. */
  give(store: Store, type: number): SharedFuture | undefined {
    if (store !== this.#store || type !== this.#type || this.#reading) return undefined;
    const shared = this.#shared;
    this.#letGo();
    return shared;
  }
}

/** The host reads a future. */
class HostReceiver implements WritableBuffer, Copier, Failing {
  readonly owner: object = host;
  readonly length = 1;
  progress = 0;
  #value: unknown;
  readonly #onValue: (value: unknown) => void;
  readonly #onFailure: (reason: unknown) => void;

  constructor(onValue: (value: unknown) => void, onFailure: (reason: unknown) => void) {
    this.#onValue = onValue;
    this.#onFailure = onFailure;
  }

  get remain(): number {
    return this.length - this.progress;
  }
  put(values: unknown): void {
    this.#value = (values as ArrayLike<unknown>)[0];
    this.progress = 1;
  }
  copied(): void {}
  done(): void {
    this.#onValue(this.#value);
  }
  fail(reason: unknown): void {
    this.#onFailure(reason);
  }
}
