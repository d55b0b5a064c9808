import type { CoreValue } from '../abi/context.ts';
import type { LowerSignature } from '../abi/functions.ts';
import type { FuncType, TypeDef } from '../plan/plan.ts';
import { cancellable, cancelOf } from '../values.ts';
import { checkMayBlock } from './builtins.ts';
import type { BoundLift } from './lift.ts';
import { releaseLenders, type Side } from './side.ts';
import type { ResourceHandle } from './resources.ts';
import { Subtask, SubtaskState } from './subtask.ts';
import { type Answer, Wait } from './trampoline.ts';

/** A function of the host: takes and gives values, or a promise of one; what it throws is the error of its result, or a failure. */
export type HostFunction = (...args: unknown[]) => unknown;

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

/** Calls the host; its answer is the value of the WIT type. */
function callHost(host: HostFunction, args: unknown[], fallible: boolean): unknown {
  if (!fallible) return host(...args);
  let value: unknown;
  try {
    value = host(...args);
  } catch (thrown) {
    return failureOf(thrown);
  }
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

/** A function of the host for core code that waits for it on its stack. */
export function lowerHostSync(side: Side, signature: LowerSignature, host: HostFunction, kind: ResultKind, freezes: boolean): (args: CoreValue[]) => Answer {
  return (flat) => {
    side.instance.checkLeave();
    if (!freezes) checkMayBlock(side.instance);
    const out = signature.outPointer === undefined ? undefined : flat[signature.outPointer];
    const value = callHost(host, signature.liftParams(side, flat), kind.fallible);
    if (kind.future || !isThenable(value)) return signature.lowerResult(side, value, out);
    const { store } = side.instance;
    store.hostOperations++;
    const result = Promise.resolve(value).then(
      (settled) => {
        store.hostOperations--;
        return signature.lowerResult(side, settled, out);
      },
      (reason: unknown) => {
        store.hostOperations--;
        throw reason;
      },
    );
    return new Wait(result, freezes);
  };
}

/** A function of the host for core code that goes on meanwhile. */
export function lowerHostAsync(side: Side, signature: LowerSignature, host: HostFunction, kind: ResultKind): (args: CoreValue[]) => Answer {
  return (flat) => {
    side.instance.checkLeave();
    const out = signature.outPointer === undefined ? undefined : flat[signature.outPointer];
    const subtask = new Subtask();
    side.scope = subtask;
    const args = signature.liftParams(side, flat);
    side.scope = {};
    const value = callHost(host, args, kind.fallible);
    if (kind.future || !isThenable(value)) {
      signature.lowerResult(side, value, out);
      releaseLenders(subtask.lenders);
      return SubtaskState.returned;
    }
    const { store } = side.instance;
    subtask.state = SubtaskState.started;
    subtask.handle = side.instance.handles.add(subtask);
    store.hostOperations++;
    const settle = (step: () => void): void => {
      store.hostOperations--;
      if (subtask.resolved || store.failed) return;
      try {
        step();
      } catch (reason) {
        store.poison(reason);
      }
      store.settle();
    };
    subtask.requestCancel = () => {
      subtask.progress(SubtaskState.cancelledBeforeReturned);
      cancelOf(value)?.();
    };
    value.then(
      (settled) =>
        settle(() => {
          signature.lowerResult(side, settled, out);
          subtask.progress(SubtaskState.returned);
        }),
      (reason: unknown) => settle(() => store.poison(reason)),
    );
    return subtask.state | (subtask.handle << 4);
  };
}

/** Another component's function for core code that waits for it on its stack. */
export function lowerGuestSync(side: Side, signature: LowerSignature, callee: () => BoundLift): (args: CoreValue[]) => Answer {
  return (flat) => {
    side.instance.checkLeave();
    if (callee().type.async) checkMayBlock(side.instance);
    const out = signature.outPointer === undefined ? undefined : flat[signature.outPointer];
    const lenders: ResourceHandle[] = [];
    let result: { value: CoreValue | undefined } | undefined;
    let wake: ((value: CoreValue | undefined) => void) | undefined;
    callee().call({
      audience: 'guest',
      start: () => liftScoped(side, signature, flat, lenders),
      resolve: (value) => {
        result = { value: signature.lowerResult(side, value, out) };
        wake?.(result.value);
      },
    });
    if (result !== undefined) {
      releaseLenders(lenders);
      return result.value;
    }
    const waiting = new Promise<CoreValue | undefined>((resolve) => {
      wake = resolve;
    });
    // Who waits inside a synchronous function is not to be entered either, until it goes on.
    return new Wait(
      waiting.finally(() => releaseLenders(lenders)),
      !callee().type.async,
    );
  };
}

/** Another component's function for core code that goes on meanwhile. */
export function lowerGuestAsync(side: Side, signature: LowerSignature, callee: () => BoundLift): (args: CoreValue[]) => Answer {
  return (flat) => {
    side.instance.checkLeave();
    const out = signature.outPointer === undefined ? undefined : flat[signature.outPointer];
    const subtask = new Subtask();
    const task = callee().call({
      audience: 'guest',
      start: () => {
        subtask.progress(SubtaskState.started);
        return liftScoped(side, signature, flat, subtask.lenders);
      },
      resolve: (value, cancelled) => {
        if (cancelled) subtask.progress(subtask.state === SubtaskState.starting ? SubtaskState.cancelledBeforeStarted : SubtaskState.cancelledBeforeReturned);
        else {
          signature.lowerResult(side, value, out);
          subtask.progress(SubtaskState.returned);
        }
      },
    });
    subtask.requestCancel = () => task.requestCancel();
    if (subtask.resolved) {
      subtask.deliver();
      return SubtaskState.returned;
    }
    subtask.handle = side.instance.handles.add(subtask);
    return subtask.state | (subtask.handle << 4);
  };
}

function liftScoped(side: Side, signature: LowerSignature, flat: readonly CoreValue[], lenders: ResourceHandle[]): unknown[] {
  side.scope = { lenders };
  const values = signature.liftParams(side, flat);
  side.scope = {};
  return values;
}
