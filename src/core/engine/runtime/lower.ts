import type { CoreValue } from '../abi/context.ts';
import type { LiftSingle, LowerSignature } from '../abi/functions.ts';
import type { FuncType, TypeDef } from '../plan/plan.ts';
import { cancellable, cancelOf } from '../values.ts';
import { guarded } from './arity.ts';
import { checkMayBlock } from './builtins.ts';
import { type Lenders, releaseLenders, type Side } from './side.ts';
import type { Store } from './store.ts';
import { Subtask, SubtaskState } from './subtask.ts';
import { type Answer, type Builtin, Wait } from './trampoline.ts';

/** A function of the host: takes and gives values, or a promise of one; what it throws is the error of its result, or a failure. */
export type HostFunction = (...args: unknown[]) => unknown;

/** Where the host's function behind an import is found; it is another one after a restore. */
export interface HostSlot {
  current: HostFunction;
}

/** What a function's result is to the caller of the host. */
export interface ResultKind {
  /** A WIT `result`: its error is thrown. */
  readonly fallible: boolean;
  /** A WIT `future`: the promise is the value, nobody waits for it. */
  readonly future: boolean;
}

export function resultKind(types: readonly TypeDef[], type: FuncType): ResultKind {
  const kind = type.result === undefined ? undefined : types[type.result]?.kind;
  return { fallible: kind === 'result', future: kind === 'future' };
}

/** The host's function with its answer as the value of the WIT type: what it throws is the error of its result. */
export function answering(host: HostFunction, arity: number, { fallible }: ResultKind): HostFunction {
  return fallible ? guarded(host, arity, asResult, failureOf) : host;
}

function asResult(value: unknown): unknown {
  if (!isThenable(value)) return success(value);
  const settled = Promise.resolve(value).then(success, failureOf);
  const cancel = cancelOf(value);
  return cancel === undefined ? settled : cancellable(settled, cancel);
}

const success = (val: unknown): unknown => ({ tag: 'ok', val });

/** The `err` of a result from what a host function threw: `{ payload }`, or the payload itself when it is no error. */
function failureOf(thrown: unknown): unknown {
  if (typeof thrown === 'object' && thrown !== null) {
    if (Object.hasOwn(thrown, 'payload')) return { tag: 'err', val: (thrown as { payload: unknown }).payload };
    if (!(thrown instanceof Error)) return { tag: 'err', val: thrown };
  }
  throw thrown;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** The host's function may have let go of the instance: what it answered is nobody's then. */
function checkAlive(store: Store, answer: unknown): void {
  if (!store.failed) return;
  if (isThenable(answer)) answer.then(undefined, () => {});
  store.check();
}

/** Does something with the host's answer; `out` says where the guest wants the result. */
type Finish = (value: unknown, out: CoreValue | undefined, lenders: Lenders) => Answer;

/**
 * Lifts the arguments, calls the host and finishes. Made for the number of parameters: most functions have few, each of them one core value.
 * @param before is called first, and may trap
 * @param lends whether what the guest lends is kept track of until it is given back
 */
function calling(side: Side, signature: LowerSignature, host: HostSlot, lends: boolean, before: () => void, finish: Finish): Builtin {
  const { singles, outPointer } = signature;
  const [first, second, third] = (singles ?? []) as [LiftSingle, LiftSingle, LiftSingle];
  switch (singles?.length) {
    case 0:
      return (out) => {
        before();
        const { current } = host;
        return finish(current(), out, undefined);
      };
    case 1:
      return (a, out) => {
        before();
        side.lends = lends;
        let one;
        try {
          one = first(side, a as CoreValue);
        } catch (failure) {
          throw signature.failedSingle(failure, side, 0);
        }
        const lenders = lends ? side.takeLenders() : undefined;
        const { current } = host;
        return finish(current(one), out, lenders);
      };
    case 2:
      return (a, b, out) => {
        before();
        side.lends = lends;
        let at = 0;
        let one;
        let two;
        try {
          one = first(side, a as CoreValue);
          at = 1;
          two = second(side, b as CoreValue);
        } catch (failure) {
          throw signature.failedSingle(failure, side, at);
        }
        const lenders = lends ? side.takeLenders() : undefined;
        const { current } = host;
        return finish(current(one, two), out, lenders);
      };
    case 3:
      return (a, b, c, out) => {
        before();
        side.lends = lends;
        let at = 0;
        let one;
        let two;
        let three;
        try {
          one = first(side, a as CoreValue);
          at = 1;
          two = second(side, b as CoreValue);
          at = 2;
          three = third(side, c as CoreValue);
        } catch (failure) {
          throw signature.failedSingle(failure, side, at);
        }
        const lenders = lends ? side.takeLenders() : undefined;
        const { current } = host;
        return finish(current(one, two, three), out, lenders);
      };
    default:
      return (...flat) => {
        before();
        side.lends = lends;
        const args = signature.liftParams(side, flat);
        const lenders = lends ? side.takeLenders() : undefined;
        const { current } = host;
        return finish(current(...args), outPointer === undefined ? undefined : flat[outPointer], lenders);
      };
  }
}

/**
 * A function of the host for core code that waits for it on its stack.
 * @param freezes whether nothing else of the store may run meanwhile
 * @param lends see {@link calling}
 */
export function lowerHostSync(side: Side, signature: LowerSignature, host: HostSlot, kind: ResultKind, freezes: boolean, lends: boolean): Builtin {
  const { instance } = side;
  const before = (): void => {
    instance.checkLeave();
    if (!freezes) checkMayBlock(instance);
  };
  const { store } = instance;
  return calling(side, signature, host, lends, before, (value, out, lenders) => {
    checkAlive(store, value);
    if (kind.future || !isThenable(value)) {
      releaseLenders(lenders);
      return signature.lowerResult(side, value, out);
    }
    store.hostOperations++;
    const result = Promise.resolve(value).then(
      (settled) => {
        store.hostOperations--;
        store.check();
        releaseLenders(lenders);
        return signature.lowerResult(side, settled, out);
      },
      (reason: unknown) => {
        store.hostOperations--;
        throw reason;
      },
    );
    return new Wait(result, freezes);
  });
}

/** A function of the host for core code that goes on meanwhile. */
export function lowerHostAsync(side: Side, signature: LowerSignature, host: HostSlot, kind: ResultKind): Builtin {
  const { instance } = side;
  const { store } = instance;
  return calling(
    side,
    signature,
    host,
    true,
    () => instance.checkLeave(),
    (value, out, lenders) => {
      checkAlive(store, value);
      if (kind.future || !isThenable(value)) {
        signature.lowerResult(side, value, out);
        releaseLenders(lenders);
        return SubtaskState.returned;
      }
      const subtask = new Subtask();
      subtask.lenders = lenders;
      subtask.state = SubtaskState.started;
      subtask.handle = instance.handles.add(subtask);
      store.hostOperations++;
      const settle = (settled: unknown): void => {
        store.hostOperations--;
        if (subtask.resolved || store.failed) return;
        try {
          signature.lowerResult(side, settled, out);
          subtask.progress(SubtaskState.returned);
        } catch (reason) {
          store.poison(reason);
        }
        store.settle();
      };
      subtask.requestCancel = () => {
        subtask.progress(SubtaskState.cancelledBeforeReturned);
        cancelOf(value)?.();
      };
      value.then(settle, (reason: unknown) => {
        store.hostOperations--;
        if (!subtask.resolved) store.poison(reason);
      });
      return subtask.state | (subtask.handle << 4);
    },
  );
}
