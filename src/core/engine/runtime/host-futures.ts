import { ValueError } from '../abi/value-error.ts';
import { messageOf } from '../../errors.ts';
import { HostFuture } from '../streams.ts';
import { Trap } from '../trap.ts';
import { cancelOf } from '../values.ts';
import { type Copier, CopyResult, SharedFuture, type WritableBuffer } from './copy.ts';
import { Boxed, unboxed } from './direct.ts';
import type { Given } from './given.ts';
import { GuestFuture } from './guest-future.ts';
import { soon } from './soon.ts';
import type { Store } from './store.ts';

/** The writable side of a future whose value comes from outside the store: one that the host will have, or another store's future. */
class OutsideFuture extends SharedFuture implements Given {
  before: Given | undefined;
  after: Given | undefined;
  readonly #store: Store;
  /** Another store's future, which is read and dropped as this one is. */
  #origin: GuestFuture | undefined;
  #asked = false;
  #settled: { readonly value: unknown } | undefined;
  #pending = false;
  /** Tells whoever is to bring the value that nobody can have it any more. */
  #giveUp: ((reason?: unknown) => void) | undefined;

  constructor(store: Store, numeric: boolean) {
    super(numeric);
    this.#store = store;
  }

  /**
   * Something is asked of the outside: {@link set} or {@link fail} is called when it has it.
   * @param giveUp how it is told that nobody can have it any more
   */
  begin(giveUp?: (reason?: unknown) => void): void {
    this.#pending = true;
    this.#store.hostOperations++;
    if (giveUp !== undefined) this.#hold(giveUp);
  }
  /** It is another store's future. */
  follow(origin: GuestFuture): void {
    this.#origin = origin;
    if (this.dropped) origin[Symbol.dispose]();
    else this.#hold(() => origin[Symbol.dispose]());
  }
  #hold(giveUp: (reason?: unknown) => void): void {
    this.#giveUp = giveUp;
    this.#store.addGiven(this);
  }
  /** There is nobody to tell any more. */
  #release(): void {
    if (this.#giveUp === undefined) return;
    this.#giveUp = undefined;
    this.#store.removeGiven(this);
  }
  abandon(reason?: unknown): void {
    const giveUp = this.#giveUp;
    this.#release();
    giveUp?.(reason);
  }

  set(value: unknown): void {
    this.#release();
    if (value instanceof Boxed) {
      this.#end();
      this.follow(value.future);
      if (!this.#store.failed) this.#serve();
      return;
    }
    this.#settled = { value };
    if (!this.#store.failed) this.#serve();
    this.#end();
  }
  fail(reason: unknown): void {
    this.#release();
    this.#end();
    if (this.dropped) return;
    this.#store.poison(new Trap(`the host failed to provide the value of a future: ${messageOf(reason)}`, { cause: reason }));
  }
  /** The outside has nothing more to do for it. */
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
    if (this.to === undefined) return;
    if (this.#settled === undefined) {
      this.#ask();
      return;
    }
    try {
      this.to.put([this.#settled.value], 1);
    } catch (reason) {
      this.#store.poison(reason);
      return;
    }
    this.settle(CopyResult.completed);
  }
  #ask(): void {
    if (this.#origin === undefined || this.#asked || this.dropped) return;
    this.#asked = true;
    this.begin();
    this.#origin.receive(
      // The other store's code may be running: this one's goes on after it.
      (value) => soon(() => this.set(value)),
      (reason) => this.fail(reason),
    );
  }
  override cancel(reader: Copier): void {
    if (this.waiting !== reader) return;
    super.cancel(reader);
    if (!this.#asked || this.#origin?.stop() !== true) return;
    this.#asked = false;
    this.#end();
  }
  override drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    this.abandon();
    this.#end();
  }

  /** The other store's future that this is, if nobody has read it; it is given away with this. */
  takeOrigin(): GuestFuture | undefined {
    if (this.#asked || this.dropped) return undefined;
    const origin = this.#origin;
    this.#origin = undefined;
    if (origin === undefined) return undefined;
    this.#release();
    origin.comeBack();
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
  if (typeof value !== 'object' || value === null || !('then' in value)) throw new ValueError('unrecognized future object (not Promise/Thenable)');
  const future = new OutsideFuture(store, numeric);
  if (value instanceof GuestFuture && !value.awaited) {
    const shared = value.give(store, type);
    if (shared !== undefined) return shared;
    future.follow(value);
    return future;
  }
  future.begin(value instanceof HostFuture ? undefined : cancelOf(value));
  const onValue = (settled: unknown): void => future.set(settled);
  if (value instanceof HostFuture) value.onValue(onValue);
  else (value as PromiseLike<unknown>).then(onValue, (reason: unknown) => future.fail(reason));
  return future;
}
