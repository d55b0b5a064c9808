import type { CoreValue } from '../abi/context.ts';
import type { LowerSignature } from '../abi/functions.ts';
import { checkMayBlock } from './builtins.ts';
import type { BoundLift } from './lift.ts';
import { type Lenders, releaseLenders, type Side } from './side.ts';
import { Subtask, SubtaskState } from './subtask.ts';
import type { Caller } from './task.ts';
import { type Answer, type Builtin, Wait } from './trampoline.ts';

/** A guest that calls another: its arguments are lifted when the callee starts, which may be later than the call. */
abstract class GuestCaller implements Caller {
  readonly audience = 'guest';
  protected readonly side: Side;
  protected readonly signature: LowerSignature;
  readonly #flat: readonly CoreValue[];

  constructor(side: Side, signature: LowerSignature, flat: readonly CoreValue[]) {
    this.side = side;
    this.signature = signature;
    this.#flat = flat;
  }

  protected get out(): CoreValue | undefined {
    return this.signature.outPointer === undefined ? undefined : this.#flat[this.signature.outPointer];
  }
  start(): readonly unknown[] {
    this.side.lends = true;
    const values = this.signature.liftParams(this.side, this.#flat);
    this.started(this.side.takeLenders());
    return values;
  }
  protected abstract started(lenders: Lenders): void;
  abstract resolve(result: unknown, cancelled: boolean): void;
}

/** One that waits on its stack. */
class WaitingCaller extends GuestCaller {
  #lenders: Lenders;
  #value: CoreValue | undefined;
  #resolved = false;
  #wake: ((value: CoreValue | undefined) => void) | undefined;

  protected started(lenders: Lenders): void {
    this.#lenders = lenders;
  }
  resolve(result: unknown): void {
    this.#value = this.signature.lowerResult(this.side, result, this.out);
    this.#resolved = true;
    this.#wake?.(this.#value);
  }
  /** @param freezes whether nothing else may run while it waits */
  answer(freezes: boolean): Answer {
    if (this.#resolved) {
      releaseLenders(this.#lenders);
      return this.#value;
    }
    const waiting = new Promise<CoreValue | undefined>((resolve) => {
      this.#wake = (value) => {
        releaseLenders(this.#lenders);
        resolve(value);
      };
    });
    // Who waits inside a synchronous function is not to be entered either, until it goes on.
    return new Wait(waiting, freezes);
  }
}

/** One that goes on meanwhile. */
class SubtaskCaller extends GuestCaller {
  readonly subtask = new Subtask();

  protected started(lenders: Lenders): void {
    this.subtask.lenders = lenders;
  }
  override start(): readonly unknown[] {
    this.subtask.progress(SubtaskState.started);
    return super.start();
  }
  resolve(result: unknown, cancelled: boolean): void {
    const { subtask } = this;
    if (cancelled) {
      subtask.progress(subtask.state === SubtaskState.starting ? SubtaskState.cancelledBeforeStarted : SubtaskState.cancelledBeforeReturned);
      return;
    }
    this.signature.lowerResult(this.side, result, this.out);
    subtask.progress(SubtaskState.returned);
  }
}

/** Another component's function for core code that waits for it on its stack. */
export function lowerGuestSync(side: Side, signature: LowerSignature, callee: () => BoundLift): Builtin {
  return (...flat) => {
    side.instance.checkLeave();
    const lift = callee();
    if (lift.type.async) checkMayBlock(side.instance);
    const caller = new WaitingCaller(side, signature, flat);
    lift.call(caller);
    // What is called may have ended both.
    side.instance.store.check();
    return caller.answer(!lift.type.async);
  };
}

/** Another component's function for core code that goes on meanwhile. */
export function lowerGuestAsync(side: Side, signature: LowerSignature, callee: () => BoundLift): Builtin {
  return (...flat) => {
    side.instance.checkLeave();
    const caller = new SubtaskCaller(side, signature, flat);
    const { subtask } = caller;
    const task = callee().call(caller);
    side.instance.store.check();
    subtask.requestCancel = () => task.requestCancel();
    if (subtask.resolved) {
      subtask.markDelivered();
      return SubtaskState.returned;
    }
    subtask.handle = side.instance.handles.add(subtask);
    return subtask.state | (subtask.handle << 4);
  };
}
