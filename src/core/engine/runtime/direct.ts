import type { GuestFuture } from './guest-future.ts';
import type { HostFunction } from './lower.ts';

/**
 * How one component calls another's exported function. Beside each function that JavaScript sees there is one that answers at once where it can, also
 * when its type is async, and whose promises can be cancelled. A future that is the whole result comes in a {@link Boxed}: a promise cannot
 * resolve to one, it would wait for it.
 */
const direct: unique symbol = Symbol('direct');

/** A future that is a whole result. */
export class Boxed {
  readonly future: GuestFuture;
  constructor(future: GuestFuture) {
    this.future = future;
  }
}

/** Puts the form that components call beside the one that JavaScript calls. */
export function withDirect(seen: HostFunction, called: HostFunction): HostFunction {
  return Object.defineProperty(seen, direct, { value: called });
}

/** The form of a host's function that components call: its own where it is another component's. */
export function directOf(func: HostFunction): HostFunction {
  return (func as { [direct]?: HostFunction })[direct] ?? func;
}

/** What JavaScript sees of a result. */
export function unboxed(value: unknown): unknown {
  return value instanceof Boxed ? value.future : value;
}

/** Lets go of a result that nobody is there to take: every resource, stream and future in it is dropped. What else the host put into it is left alone. */
export function discard(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const { [Symbol.dispose]: dispose } = value as Partial<Disposable>;
  if (dispose !== undefined) dispose.call(value as Disposable);
  else if (value instanceof Map) for (const item of [...value.entries()].flat()) discard(item);
  else if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) for (const item of Object.values(value)) discard(item);
}
