import { messageOf } from '../../errors.ts';
import { HostFuture } from '../streams.ts';
import { Trap } from '../trap.ts';
import { type Copier, CopyResult, SharedFuture, type WritableBuffer } from './copy.ts';
import { GuestFuture } from './guest-future.ts';
import type { Store } from './store.ts';

/** A value that the host will have, as the writable side of a future. */
class ValueFuture extends SharedFuture {
  readonly #store: Store;
  #settled: { readonly value: unknown } | undefined;
  #pending = true;

  constructor(store: Store, numeric: boolean) {
    super(numeric);
    this.#store = store;
    store.hostOperations++;
  }

  set(value: unknown): void {
    this.#settled = { value };
    if (!this.#store.failed) this.#serve();
    this.#end();
  }
  fail(reason: unknown): void {
    this.#end();
    if (this.dropped) return;
    this.#store.poison(new Trap(`the host failed to provide the value of a future: ${messageOf(reason)}`, { cause: reason }));
  }
  /** The host has nothing more to do for it. */
  #end(): void {
    if (!this.#pending) return;
    this.#pending = false;
    this.#store.hostOperations--;
    this.#store.settle();
  }

  override read(buffer: WritableBuffer, reader: Copier): void {
    this.wait(reader, undefined, buffer);
    this.#serve();
  }
  #serve(): void {
    if (this.to === undefined || this.#settled === undefined) return;
    try {
      this.to.put([this.#settled.value], 1);
    } catch (reason) {
      this.#store.poison(reason);
      return;
    }
    this.settle(CopyResult.completed);
  }
  override drop(): void {
    this.dropped = true;
    this.#end();
  }
}

/** What a host function gave for a future, as the shared part of one. */
export function futureOfValue(store: Store, type: number, value: unknown, numeric: boolean): SharedFuture {
  if (value instanceof GuestFuture) {
    const given = value.give(store, type);
    if (given !== undefined) return given;
  }
  const future = new ValueFuture(store, numeric);
  const onValue = (settled: unknown): void => future.set(settled);
  if (value instanceof HostFuture) value.onValue(onValue);
  else if (typeof value === 'object' && value !== null && 'then' in value) {
    (value as PromiseLike<unknown>).then(onValue, (reason: unknown) => future.fail(reason));
  } else {
    future.drop();
    throw new TypeError('unrecognized future object (not Promise/Thenable)');
  }
  return future;
}
