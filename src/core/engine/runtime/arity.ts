import type { CoreValue } from '../abi/context.ts';
import type { HostFunction } from './lower.ts';
import { type Builtin, type CoreFunction, type TrapCarrier, Wait } from './trampoline.ts';

/*
 * Functions with just as many parameters as they are called with: neither core code nor JavaScript makes a list of them then. Most functions have
 * few.
 */

/** A function of the engine as core code imports it: what it throws becomes a trap, what it has to wait for is `onWait`'s. */
export function withArity(arity: number, run: Builtin, onWait: (wait: Wait) => CoreValue | undefined, carrier: TrapCarrier): CoreFunction {
  switch (arity) {
    case 0:
      return () => {
        try {
          const answer = run();
          return answer instanceof Wait ? onWait(answer) : answer;
        } catch (thrown) {
          throw carrier.carry(thrown);
        }
      };
    case 1:
      return (a) => {
        try {
          const answer = run(a as CoreValue);
          return answer instanceof Wait ? onWait(answer) : answer;
        } catch (thrown) {
          throw carrier.carry(thrown);
        }
      };
    case 2:
      return (a, b) => {
        try {
          const answer = run(a as CoreValue, b as CoreValue);
          return answer instanceof Wait ? onWait(answer) : answer;
        } catch (thrown) {
          throw carrier.carry(thrown);
        }
      };
    case 3:
      return (a, b, c) => {
        try {
          const answer = run(a as CoreValue, b as CoreValue, c as CoreValue);
          return answer instanceof Wait ? onWait(answer) : answer;
        } catch (thrown) {
          throw carrier.carry(thrown);
        }
      };
    default:
      return (...args) => {
        try {
          const answer = run(...args);
          return answer instanceof Wait ? onWait(answer) : answer;
        } catch (thrown) {
          throw carrier.carry(thrown);
        }
      };
  }
}

/** A function that is made when it is first called. */
export function lazily(arity: number, make: () => Builtin): Builtin {
  let made: Builtin | undefined;
  switch (arity) {
    case 0:
      return () => (made ??= make())();
    case 1:
      return (a) => (made ??= make())(a);
    case 2:
      return (a, b) => (made ??= make())(a, b);
    case 3:
      return (a, b, c) => (made ??= make())(a, b, c);
    default:
      return (...args) => (made ??= make())(...args);
  }
}

/** A function of the host whose result, or what it throws, goes through a function of ours. */
export function guarded(host: HostFunction, arity: number, onValue: (value: unknown) => unknown, onThrow: (thrown: unknown) => unknown): HostFunction {
  switch (arity) {
    case 0:
      return () => {
        let value;
        try {
          value = host();
        } catch (thrown) {
          return onThrow(thrown);
        }
        return onValue(value);
      };
    case 1:
      return (a) => {
        let value;
        try {
          value = host(a);
        } catch (thrown) {
          return onThrow(thrown);
        }
        return onValue(value);
      };
    case 2:
      return (a, b) => {
        let value;
        try {
          value = host(a, b);
        } catch (thrown) {
          return onThrow(thrown);
        }
        return onValue(value);
      };
    case 3:
      return (a, b, c) => {
        let value;
        try {
          value = host(a, b, c);
        } catch (thrown) {
          return onThrow(thrown);
        }
        return onValue(value);
      };
    default:
      return (...args) => {
        let value;
        try {
          value = host(...args);
        } catch (thrown) {
          return onThrow(thrown);
        }
        return onValue(value);
      };
  }
}
