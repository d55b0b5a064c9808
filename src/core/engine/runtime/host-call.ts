import { HostlingError } from '../../errors.ts';
import { cancellable, WitError } from '../values.ts';
import type { BoundLift } from './lift.ts';
import type { HostFunction } from './lower.ts';
import type { Store } from './store.ts';
import type { Caller, Task } from './task.ts';
import { toReason } from './trampoline.ts';

/**
 * A function that calls a component from outside: the result, or a promise of it; the error of a WIT `result` is thrown as {@link WitError}.
 * The promise can be cancelled, see `cancelOf`.
 */
export function hostCall(store: Store, lift: BoundLift, fallible: boolean): HostFunction {
  const expected = lift.type.params.length;
  const call = (args: unknown[]): unknown => {
    store.check();
    if (store.frozen) return store.whenThawed().then(() => call(args));
    const caller = new HostCaller(store, args, fallible);
    let task: Task;
    try {
      task = lift.call(caller);
    } catch (thrown) {
      const reason = toReason(thrown);
      store.poison(reason);
      throw reason;
    }
    if (caller.resolved) return caller.result();
    // It may have failed on the way, with nobody there to be told yet.
    if (store.failure !== undefined) throw store.failure.reason;
    return caller.promise(task);
  };
  const run = (...args: unknown[]): unknown => {
    while (args.length < expected) args.push(undefined);
    return call(args);
  };
  if (!lift.type.async) return run;
  return (...args) => {
    try {
      const result = run(...args);
      return result instanceof Promise ? result : Promise.resolve(result);
    } catch (failure) {
      return Promise.reject(failure as Error);
    }
  };
}

/** The host as the caller of a task. */
class HostCaller implements Caller {
  readonly audience = 'host';
  resolved = false;
  readonly #store: Store;
  readonly #args: readonly unknown[];
  readonly #fallible: boolean;
  #value: unknown;
  #settle: { readonly resolve: (value: unknown) => void; readonly reject: (reason: unknown) => void } | undefined;

  constructor(store: Store, args: readonly unknown[], fallible: boolean) {
    this.#store = store;
    this.#args = args;
    this.#fallible = fallible;
  }

  start(): readonly unknown[] {
    return this.#args;
  }
  resolve(value: unknown, cancelled: boolean): void {
    this.resolved = true;
    this.#value = value;
    const settle = this.#settle;
    if (settle === undefined) return;
    this.#end();
    if (cancelled) settle.reject(new HostlingError('cancelled', 'the guest ended the call because it was cancelled'));
    else {
      try {
        settle.resolve(this.result());
      } catch (failure) {
        settle.reject(failure);
      }
    }
  }
  /** The store failed, or the host gave the call up. */
  fail(reason: unknown): void {
    const settle = this.#settle;
    this.#end();
    settle?.reject(reason);
  }
  #end(): void {
    this.#settle = undefined;
    this.#store.removeCall(this);
  }

  /** @throws WitError with the error of a WIT `result` */
  result(): unknown {
    const value = this.#value;
    if (!this.#fallible) return value;
    const { tag, val } = value as { tag: 'ok' | 'err'; val: unknown };
    if (tag === 'ok') return val;
    throw new WitError(val);
  }

  /** The result of a task that is not over. Cancelling it tells the guest, which may take its time, and the caller at once. */
  promise(task: Task): Promise<unknown> {
    const promise = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#store.addCall(this);
    this.#store.settle();
    return cancellable(promise, (reason) => {
      if (this.resolved || this.#settle === undefined) return;
      this.fail(new HostlingError('cancelled', 'the call was cancelled', { cause: reason }));
      this.#store.cancel(task);
    });
  }
}
