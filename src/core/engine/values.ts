import { HostlingError } from '../errors.ts';

/**
 * How WIT values cross between host functions and an engine. The representation is the one jco publishes:
 * records are objects with camelCase keys, variants `{ tag, val }`, enums strings, options `T | undefined`, `list<u8>` a
 * `Uint8Array`, 64-bit integers `bigint`, resources class instances; a function whose WIT result is `result<T, E>`
 * returns T and throws {@link WitError} for E. An `error-context` is an object with a `message`; a host may give any error, or a text. Streams and futures only cross through the functions below.
 */

/** What a host function throws for the `err` side of its WIT `result`. Any other throw ends the guest's instance. */
export class WitError<E = unknown> {
  readonly payload: E;
  constructor(payload: E) {
    this.payload = payload;
  }
}

/** A WIT `result<T, E>` as a value (inside futures, lists and records, where it cannot be thrown). */
export type Result<T, E> = { tag: 'ok'; val: T } | { tag: 'err'; val: E };

/** The `ok` case. */
export function ok<T>(val: T): { tag: 'ok'; val: T } {
  return { tag: 'ok', val };
}

/** The `err` case. */
export function err<E>(val: E): { tag: 'err'; val: E } {
  return { tag: 'err', val };
}

/** A value now or later; host functions that usually know at once say so by answering without a promise. */
export type MaybePromise<T> = T | Promise<T>;

const cancelKey: unique symbol = Symbol.for('hostling.cancel');

/**
 * A promise and how to give up what it waits for. A host function answers with one: a guest that cancels its call gets its answer at once, the
 * function then has nobody to answer to. So is one that is given for a future, when no guest can read it any more. A call of a component's asynchronous export is one: the guest is told.
 */
export function cancellable<T>(promise: Promise<T>, cancel: (reason?: unknown) => void): Promise<T> {
  (promise as { [cancelKey]?: (reason?: unknown) => void })[cancelKey] = cancel;
  return promise;
}

/** How to give up what a promise waits for, if it says. */
export function cancelOf(promise: object): ((reason?: unknown) => void) | undefined {
  return (promise as { [cancelKey]?: (reason?: unknown) => void })[cancelKey];
}

/**
 * Makes a call that ends when the signal aborts: the promise rejects with `cancelled`, and a guest that is called is told, so that it lets go of what
 * it holds. A call that was answered already is not touched.
 *
 *     await withSignal(AbortSignal.timeout(1000), () => instance.exports.work('now'));
 */
export function withSignal<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  if (signal.aborted) return Promise.reject(new HostlingError('cancelled', 'the call was cancelled before it began', { cause: signal.reason }));
  const promise = call();
  const cancel = cancelOf(promise);
  if (cancel === undefined) return promise;
  const abort = (): void => cancel(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', abort));
}
