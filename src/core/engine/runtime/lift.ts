import type { LiftSignature } from '../abi/functions.ts';
import type { CoreValue } from '../abi/context.ts';
import { ValueError } from '../abi/value-error.ts';
import type { FuncType, LiftDef } from '../plan/plan.ts';
import { trap } from '../trap.ts';
import type { ComponentInstance } from './instance.ts';
import type { Side } from './side.ts';
import type { Audience } from './signatures.ts';
import { type Caller, Task } from './task.ts';
import { type Enter, type EnterCallback, suspended } from './trampoline.ts';
import { type EventTuple, WaitableSet } from './waitable.ts';

/** What the callback answers: CanonicalABI's `CallbackCode`, in the low four bits. */
const CallbackCode = { exit: 0, yield: 1, wait: 2 } as const;

/** The core functions of a lifted function; looked up when it is first called. */
export interface LiftCore {
  readonly enter: Enter;
  readonly callback: EnterCallback | undefined;
  readonly postReturn: ((...results: CoreValue[]) => void) | undefined;
}

/** A function that a component instance offers. (CanonicalABI, "canon lift") */
export class BoundLift {
  readonly def: LiftDef;
  readonly type: FuncType;
  readonly instance: ComponentInstance;
  readonly side: Side;
  /** Whether it has its instance for itself while its code runs. */
  readonly exclusive: boolean;
  readonly #signature: (audience: Audience) => LiftSignature;
  readonly #known: Partial<Record<Audience, LiftSignature>> = {};
  readonly #bind: (lift: BoundLift) => LiftCore;
  #core: LiftCore | undefined;

  constructor(
    def: LiftDef,
    type: FuncType,
    instance: ComponentInstance,
    side: Side,
    signature: (audience: Audience) => LiftSignature,
    bind: (lift: BoundLift) => LiftCore,
  ) {
    this.def = def;
    this.type = type;
    this.instance = instance;
    this.side = side;
    this.#signature = signature;
    this.#bind = bind;
    this.exclusive = type.async && (!def.options.async || def.options.callback !== undefined);
  }

  /** How its values cross; made when first asked for. */
  signature(audience: Audience): LiftSignature {
    return (this.#known[audience] ??= this.#signature(audience));
  }

  /** Calls it: at once, or when its instance lets another call in. */
  call(caller: Caller): Task {
    const task = new Task(this.instance, this, caller);
    this.instance.store.beginTask();
    if (this.type.async && this.instance.mustWait(this.exclusive)) task.waitToEnter();
    else this.begin(task);
    return task;
  }

  /** Enters: takes the lock and the arguments, and runs the core function. */
  begin(task: Task): void {
    if (this.exclusive) this.instance.exclusive = task;
    let flat: CoreValue[];
    try {
      flat = this.side.lowerFor(task, this.signature(task.audience), task.start());
    } catch (failure) {
      if (!(failure instanceof ValueError)) throw failure;
      // Nothing of the component has run but its allocator: it is as good as before.
      if (this.exclusive) this.instance.unlock();
      task.refuse(failure);
      return;
    }
    // A value may have let go of the instance when it was looked at.
    if (this.instance.store.failed) return;
    const core = (this.#core ??= this.#bind(this));
    const result = core.enter(task, flat);
    if (result !== suspended) this.returned(task, result);
  }

  /** Goes on with an event. */
  callback(task: Task, event: EventTuple): void {
    this.instance.exclusive = task;
    const code = this.#core?.callback?.(task, event);
    if (code !== suspended) this.loop(task, code as number);
  }

  /** The core function has returned. What it does after the store has failed is nobody's answer. */
  returned(task: Task, result: CoreValue | undefined): void {
    if (this.instance.store.failed) return;
    const { options } = this.def;
    if (options.async) {
      if (options.callback === undefined) this.#exit(task);
      else this.loop(task, result as number);
      return;
    }
    task.return(this.signature(task.audience).liftResult(this.side, result));
    const postReturn = this.#core?.postReturn;
    if (postReturn !== undefined) {
      const { instance } = this;
      const { store } = instance;
      const before = store.current;
      store.current = task;
      instance.mayLeave = false;
      if (result === undefined) postReturn();
      else postReturn(result);
      instance.mayLeave = true;
      store.current = before;
    }
    this.#exit(task);
  }

  /** The core function or its callback says how the task goes on. */
  loop(task: Task, packed: number): void {
    if (this.instance.store.failed) return;
    const code = packed & 0xf;
    if (code === CallbackCode.exit) {
      this.#exit(task);
      return;
    }
    this.instance.unlock();
    if (code === CallbackCode.yield) task.park('yield');
    else if (code === CallbackCode.wait) {
      const set = this.instance.handles.get(packed >>> 4);
      task.park(set instanceof WaitableSet ? set : trap(`handle index ${packed >>> 4} used with the wrong type, expected a waitable set`));
    } else trap(`unsupported callback code: ${code}`);
    this.instance.store.settle();
  }

  #exit(task: Task): void {
    if (!task.resolved) trap('async-lifted export failed to produce a result');
    if (this.exclusive) this.instance.unlock();
    this.instance.store.endTask();
    this.instance.store.settle();
  }
}
