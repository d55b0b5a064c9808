import { ValueError } from '../abi/value-error.ts';
import { Trap } from '../trap.ts';
import { messageOf } from '../../errors.ts';
import { type CopyBuffer, CopyResult, SharedFuture, type WritableBuffer } from './copy.ts';
import { Boxed, unboxed } from './direct.ts';
import type { Store } from './store.ts';

const host = Object.freeze({ name: 'host' });

/** The readable end of a guest's future in the host's hands. Awaiting it reads it; it can be awaited more than once. */
export class GuestFuture implements PromiseLike<unknown> {
  readonly #store: Store;
  readonly #type: number;
  #shared: SharedFuture | undefined;
  #result: Promise<unknown> | undefined;
  /** Gives up a read that another store's guest asked for. */
  #cancel: (() => void) | undefined;

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
    this.#result ??= new Promise((resolve, reject) => void this.#read(resolve, reject));
    return this.#result.then(onValue, onFailure);
  }

  /** Whether nobody has read it, or begun to. */
  get untouched(): boolean {
    return this.#result === undefined && this.#cancel === undefined;
  }

  /** Reads it for another store's guest: a value that can be awaited itself arrives as it is. */
  read(onValue: (value: unknown) => void, onFailure: (reason: unknown) => void): void {
    this.#cancel = this.#read(onValue, onFailure);
  }

  #read(onValue: (value: unknown) => void, onFailure: (reason: unknown) => void): (() => void) | undefined {
    const shared = this.#shared;
    if (shared === undefined || this.#cancel !== undefined) {
      onFailure(new Error('the future was dropped or given away'));
      return undefined;
    }
    const release = this.#store.addSuspended(onFailure);
    let value: unknown;
    const buffer: WritableBuffer = {
      owner: host,
      remain: 1,
      length: 1,
      put: (values) => void (value = Array.isArray(values) ? values[0] : (values as ArrayLike<unknown>)[0]),
    };
    shared.read(buffer, (result) => {
      release();
      if (result === CopyResult.cancelled) return;
      this.#letGo();
      onValue(value);
    });
    return () => shared.cancel(buffer);
  }

  /** Drops the end; the guest's writer is told. */
  [Symbol.dispose](): void {
    const shared = this.#shared;
    if (this.#result !== undefined) return;
    this.#cancel?.();
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
    if (store !== this.#store || type !== this.#type || !this.untouched) return undefined;
    const shared = this.#shared;
    this.#letGo();
    return shared;
  }
}

/** The writable side of a future whose value comes from outside the store: a promise, or another store's future, which is read and dropped as this one is. */
class OutsideFuture extends SharedFuture {
  readonly #store: Store;
  #origin: GuestFuture | undefined;
  #asked = false;
  #settled: { value: unknown } | undefined;
  #waiting: { buffer: WritableBuffer; onDone: (result: CopyResult) => void } | undefined;

  constructor(store: Store, numeric: boolean, source: PromiseLike<unknown>) {
    super(numeric);
    this.#store = store;
    if (source instanceof GuestFuture && source.untouched) {
      this.#origin = source;
      return;
    }
    const { arrive, fail } = this.#outcome();
    source.then((value) => {
      if (value instanceof Boxed) this.#follow(value.future);
      arrive(value);
    }, fail);
  }

  /** Something is asked of the outside; one of the two is called. */
  #outcome(): { arrive: (value: unknown) => void; fail: (reason: unknown) => void } {
    const store = this.#store;
    store.hostOperations++;
    return {
      arrive: (value) => {
        store.hostOperations--;
        if (!(value instanceof Boxed)) this.#settled = { value };
        if (!store.failed) this.#serve();
        store.settle();
      },
      fail: (reason) => {
        store.hostOperations--;
        store.settle();
        if (this.dropped) return;
        store.poison(new Trap(`the host failed to provide the value of a future: ${messageOf(reason)}`, { cause: reason }));
      },
    };
  }
  /** What was promised is another store's future. */
  #follow(origin: GuestFuture): void {
    this.#origin = origin;
    if (this.dropped) origin[Symbol.dispose]();
  }

  override read(buffer: WritableBuffer, onDone: (result: CopyResult) => void): void {
    this.#waiting = { buffer, onDone };
    this.#serve();
  }
  #serve(): void {
    if (this.#waiting === undefined) return;
    if (this.#settled === undefined) {
      this.#ask();
      return;
    }
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
  #ask(): void {
    if (this.#origin === undefined || this.#asked || this.dropped) return;
    this.#asked = true;
    const { arrive, fail } = this.#outcome();
    // The other store's code may be running: this one's goes on after it.
    this.#origin.read((value) => queueMicrotask(() => arrive(value)), fail);
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
    this.#origin?.[Symbol.dispose]();
  }

  /** The other store's future that this is, if nobody has read it; it is given away with this. */
  takeOrigin(): GuestFuture | undefined {
    if (this.#asked || this.dropped) return undefined;
    const origin = this.#origin;
    this.#origin = undefined;
    return origin;
  }
}

/** A guest's future in the host's hands: where the guest only passes on what it was given, that itself. */
export function futureOf(store: Store, type: number, shared: SharedFuture): GuestFuture {
  return (shared instanceof OutsideFuture ? shared.takeOrigin() : undefined) ?? new GuestFuture(store, type, shared);
}

/** What a host function gave for a future, as the shared part of one. */
export function futureOfValue(store: Store, type: number, given: unknown, numeric: boolean): SharedFuture {
  const value = unboxed(given);
  if (value instanceof GuestFuture) {
    const shared = value.give(store, type);
    if (shared !== undefined) return shared;
  }
  if (typeof value !== 'object' || value === null || !('then' in value)) throw new ValueError('unrecognized future object (not Promise/Thenable)');
  return new OutsideFuture(store, numeric, value as PromiseLike<unknown>);
}
