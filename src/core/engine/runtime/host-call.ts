import { HostlingError } from '../../errors.ts';
import { locate } from '../failure-place.ts';
import type { FuncType, TypeDef } from '../plan/plan.ts';
import { cancellable, cancelOf, WitError } from '../values.ts';
import { Boxed, discard } from './direct.ts';
import type { GuestFuture } from './guest-future.ts';
import type { BoundLift } from './lift.ts';
import type { HostFunction } from './lower.ts';
import { toReason } from './reason.ts';
import type { Store } from './store.ts';
import type { Caller, Task } from './task.ts';

/** What of a function's type its callers see. */
export interface CallShape {
  readonly async: boolean;
  /** Its result is a WIT `result`, whose error is thrown. */
  readonly fallible: boolean;
  /** What it answers is a future and nothing else. */
  readonly future: boolean;
}

/** @param type of a function */
export function callShape(types: readonly TypeDef[], { async, result }: FuncType): CallShape {
  const def = result === undefined ? undefined : types[result];
  const answer = def?.kind === 'result' ? (def.ok === undefined ? undefined : types[def.ok]) : def;
  return { async, fallible: def?.kind === 'result', future: answer?.kind === 'future' };
}

/**
 * A function that calls a component from outside: the result, or a promise of it; the error of a WIT `result` is thrown as {@link WitError}, a future that is
 * the whole result is {@link Boxed}. The promise can be cancelled, see `cancelOf`.
 * @param where says which function it is
 */
export function hostCall(store: Store, lift: BoundLift, shape: CallShape, where: () => string): HostFunction {
  const expected = lift.type.params.length;
  const call = (args: unknown[]): unknown => {
    try {
      store.check();
      if (store.full)
        throw new HostlingError('overloaded', `${store.limits.tasks} calls of the component are under way, as many as it may have; wait for one to end`);
    } catch (failure) {
      throw locate(failure, where);
    }
    if (store.frozen) return callLater(store, () => call(args));
    const caller = new HostCaller(store, args, shape);
    let task: Task;
    try {
      task = lift.call(caller);
    } catch (thrown) {
      const reason = locate(toReason(thrown), where);
      store.poison(reason);
      // Of several reasons only the first counts.
      throw store.failure?.reason ?? reason;
    }
    if (caller.resolved) return caller.result();
    // It may have failed on the way, with nobody there to be told yet.
    if (store.failure !== undefined) throw store.failure.reason;
    return caller.promise(task);
  };
  return (...args) => {
    while (args.length < expected) args.push(undefined);
    return call(args);
  };
}

/** The result of a call that has to wait until it may begin. One that is cancelled before never begins. */
function callLater(store: Store, call: () => unknown): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  let abandoned = false;
  let begun: ((reason?: unknown) => void) | undefined;
  const begin = (): void => {
    if (abandoned) return;
    try {
      const result = call();
      if (result instanceof Promise) begun = cancelOf(result);
      resolve(result);
    } catch (failure) {
      reject(failure);
    }
  };
  void store.whenThawed().then(begin);
  return cancellable(promise, (reason) => {
    if (begun === undefined) {
      abandoned = true;
      reject(gaveUp(reason));
    } else begun(reason);
  });
}

const gaveUp = (reason: unknown): HostlingError => new HostlingError('cancelled', 'the call was cancelled', { cause: reason });

/** The host as the caller of a task. */
class HostCaller implements Caller {
  readonly audience = 'host';
  resolved = false;
  readonly #store: Store;
  readonly #args: readonly unknown[];
  readonly #shape: CallShape;
  /** Nobody waits for it any more. */
  #abandoned = false;
  #value: unknown;
  #refused: { readonly reason: unknown } | undefined;
  #settle: { readonly resolve: (value: unknown) => void; readonly reject: (reason: unknown) => void } | undefined;

  constructor(store: Store, args: readonly unknown[], shape: CallShape) {
    this.#store = store;
    this.#args = args;
    this.#shape = shape;
  }

  start(): readonly unknown[] {
    return this.#args;
  }
  resolve(value: unknown, cancelled: boolean): void {
    this.resolved = true;
    if (this.#abandoned) {
      discard(value);
      return;
    }
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
  refuse(reason: unknown): void {
    this.resolved = true;
    this.#refused = { reason };
    if (this.#settle !== undefined) this.fail(reason);
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

  /** @throws WitError with the error of a WIT `result`; what the arguments were refused for */
  result(): unknown {
    if (this.#refused !== undefined) throw this.#refused.reason;
    const { fallible, future } = this.#shape;
    let value = this.#value;
    if (fallible) {
      const { tag, val } = value as { tag: 'ok' | 'err'; val: unknown };
      if (tag === 'err') throw new WitError(val);
      value = val;
    }
    return future ? new Boxed(value as GuestFuture) : value;
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
      this.#abandoned = true;
      this.fail(gaveUp(reason));
      this.#store.cancel(task);
    });
  }
}
