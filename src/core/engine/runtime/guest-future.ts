import { ValueError } from '../abi/value-error.ts';
import { type Copier, CopyResult, type SharedFuture, type WritableBuffer } from './copy.ts';
import type { Failing, Store } from './store.ts';

const host = Object.freeze({ name: 'host' });

/** The readable end of a guest's future in the host's hands. Awaiting it reads it; it can be awaited more than once. */
export class GuestFuture implements PromiseLike<unknown> {
  readonly #store: Store;
  readonly #type: number;
  #shared: SharedFuture | undefined;
  #reader: HostReceiver | undefined;
  #result: Promise<unknown> | undefined;
  /** Why the host cannot give it away any more. */
  #gone: 'was given away already' | 'was dropped' | undefined;

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

  /** Whether somebody awaits it, or has: from then on it is read like every promise. */
  get awaited(): boolean {
    return this.#result !== undefined;
  }

  /** Reads it, once: `onValue` is called as soon as the guest writes, or now if it has. */
  receive(onValue: (value: unknown) => void, onFailure: (reason: unknown) => void): void {
    const shared = this.#shared;
    if (shared === undefined || this.#reader !== undefined) {
      onFailure(new Error('the future was dropped, given away or read before'));
      return;
    }
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
    this.#reader = reader;
    // It may be answered at once, and is then not waited for.
    this.#store.addWaiting(reader);
    if (!this.#store.failed) shared.read(reader, reader);
  }

  /** Gives up what {@link receive} has begun: nobody is called. `false` when it is over. */
  stop(): boolean {
    const shared = this.#shared;
    const reader = this.#reader;
    if (shared === undefined || reader === undefined || this.#result !== undefined) return false;
    this.#reader = undefined;
    this.#store.removeWaiting(reader);
    shared.cancel(reader);
    return true;
  }

  /** Drops the end; the guest's writer is told. What was to be received does not come any more; what is awaited does. */
  [Symbol.dispose](): void {
    const shared = this.#shared;
    const reader = this.#reader;
    if (this.#result !== undefined || shared === undefined) return;
    this.#gone ??= 'was dropped';
    if (reader !== undefined) {
      shared.forget(reader);
      this.#store.removeWaiting(reader);
    }
    this.#letGo();
    if (!this.#store.failed) shared.drop();
  }
  #letGo(): void {
    if (this.#shared === undefined) return;
    this.#shared = undefined;
    this.#store.hostEnds--;
    this.#store.settle();
  }

  /**
   * Gives it away to a guest: the end itself to one of the same store, which has it no more then. `undefined`: it is to be read on the guest's behalf.
   * @throws ValueError when it is not there to be given
   */
  give(store: Store, type: number): SharedFuture | undefined {
    if (this.#gone !== undefined) throw new ValueError(`the future ${this.#gone}`);
    if (this.#reader !== undefined) throw new ValueError('the future was read already');
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

/** The host reads a future. */
class HostReceiver implements WritableBuffer, Copier, Failing {
  readonly owner: object = host;
  readonly length = 1;
  readonly step = 1;
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
  done(result: CopyResult): void {
    if (result !== CopyResult.cancelled) this.#onValue(this.#value);
  }
  fail(reason: unknown): void {
    this.#onFailure(reason);
  }
}
