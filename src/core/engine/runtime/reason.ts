import { Trap } from '../trap.ts';

/** Under this name a trap object keeps what it stands for. */
export const carried: unique symbol = Symbol('carried');

/** What was thrown, behind the trap objects that carried it through core code. */
export function unwrap(thrown: unknown): unknown {
  return thrown instanceof WebAssembly.RuntimeError && carried in thrown ? (thrown as { [carried]: unknown })[carried] : thrown;
}

/** What a failure of core code stands for. */
export function toReason(thrown: unknown): unknown {
  if (isException(thrown)) return new Trap('uncaught exception propagated out of component', { cause: thrown });
  return isExhausted(thrown) ? new Trap('call stack exhausted', { cause: thrown }) : unwrap(thrown);
}

/** Whether it is an exception that core code threw. */
function isException(thrown: unknown): boolean {
  return typeof WebAssembly.Exception === 'function' && thrown instanceof WebAssembly.Exception;
}

/** Whether core code, or what it called, had no stack left. */
function isExhausted(thrown: unknown): boolean {
  return thrown instanceof RangeError ? /call stack/i.test(thrown.message) : thrown instanceof Error && thrown.message === 'too much recursion';
}
