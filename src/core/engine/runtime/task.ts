import { trap } from '../trap.ts';
import type { CoreValue } from '../abi/context.ts';
import type { ComponentInstance } from './instance.ts';
import type { BoundLift } from './lift.ts';
import { ResourceHandle } from './resources.ts';
import type { Audience } from './signatures.ts';
import { cancelledEvent, type EventTuple, noEvent, type SetWaiter, WaitableSet } from './waitable.ts';

/** Who calls a lifted function. */
export interface Caller {
  /** Who sees the values: the host, or only another guest. */
  readonly audience: Audience;
  /** The arguments as values; called when the callee starts, which may be later than the call. */
  start(): readonly unknown[];
  /** The result, or `cancelled`; called exactly once. */
  resolve(result: unknown, cancelled: boolean): void;
  /** The arguments do not fit the function: it was not called. Only of who gives values of its own. */
  refuse?(reason: unknown): void;
}

type State = 'initial' | 'started' | 'pending-cancel' | 'cancel-delivered' | 'resolved';

/** One call of a lifted function, from its beginning until its last code has run. (CanonicalABI, "Task State") */
export class Task implements SetWaiter {
  readonly instance: ComponentInstance;
  /** Absent for the code that runs while an instance is made. */
  readonly lift: BoundLift | undefined;
  readonly #caller: Caller | undefined;
  /** Borrowed handles that it was given and has not dropped. */
  borrows = 0;
  /** `context.get` and `context.set` */
  readonly context: [CoreValue, CoreValue] = [0, 0];
  /** Whether it waits to enter its instance. */
  entering = false;
  #state: State = 'initial';
  /** Where it is parked between two callbacks. */
  #parked: 'no' | 'yield' | WaitableSet = 'no';
  #queued = false;

  constructor(instance: ComponentInstance, lift?: BoundLift, caller?: Caller) {
    this.instance = instance;
    this.lift = lift;
    this.#caller = caller;
  }

  get audience(): Audience {
    return this.#caller?.audience ?? 'host';
  }
  get resolved(): boolean {
    return this.#state === 'resolved';
  }
  get exclusive(): boolean {
    return this.lift?.exclusive ?? false;
  }

  start(): readonly unknown[] {
    this.#state = 'started';
    return this.#caller?.start() ?? [];
  }
  /** Ends before it has begun. What it was lent already it does not have. */
  refuse(reason: unknown): void {
    this.#state = 'resolved';
    if (this.borrows > 0) this.instance.handles.removeWhere((entry) => entry instanceof ResourceHandle && entry.borrower === this);
    this.instance.store.endTask();
    if (this.#caller?.refuse === undefined) throw reason;
    this.#caller.refuse(reason);
  }
  /** `task.return`, and the end of a synchronous call. */
  return(result: unknown): void {
    if (this.#state === 'resolved') trap('invalid `task.return` signature and/or options for current task');
    this.#resolve(result, false);
  }
  /** `task.cancel` */
  cancel(): void {
    if (this.#state !== 'cancel-delivered') trap('`task.cancel` called by task which has not been cancelled');
    this.#resolve(undefined, true);
  }
  #resolve(result: unknown, cancelled: boolean): void {
    if (this.borrows > 0) trap('borrow handles still remain at the end of the call');
    this.#state = 'resolved';
    this.#caller?.resolve(result, cancelled);
  }

  /** Waits for its turn to enter. */
  waitToEnter(): void {
    this.entering = true;
    this.instance.enqueue(this);
  }
  /** Is parked until its next turn, or until the set has an event. */
  park(where: 'yield' | WaitableSet): void {
    this.#parked = where;
    if (where === 'yield' || this.#state === 'pending-cancel') this.wake();
    if (where !== 'yield') where.addWaiter(this);
  }
  /** It may be able to go on. */
  wake(): void {
    if (this.#queued || this.#parked === 'no') return;
    this.#queued = true;
    this.instance.enqueue(this);
  }

  /** Its turn: enters, or goes on from where it is parked. */
  resume(): void {
    if (this.entering) {
      this.entering = false;
      this.lift?.begin(this);
      return;
    }
    this.#queued = false;
    const event = this.#takeEvent();
    if (event !== undefined) this.#goOn(event);
  }
  #takeEvent(): EventTuple | undefined {
    if (this.#state === 'pending-cancel') {
      this.#state = 'cancel-delivered';
      return cancelledEvent;
    }
    return this.#parked instanceof WaitableSet ? this.#parked.takeEvent() : noEvent;
  }
  #goOn(event: EventTuple): void {
    const parked = this.#parked;
    this.#parked = 'no';
    if (parked instanceof WaitableSet) parked.removeWaiter(this);
    this.lift?.callback(this, event);
  }

  /** Asks the task to end. One that has not entered ends at once; one that is parked, with nobody in its way, is told at once. */
  requestCancel(): void {
    if (this.#state === 'initial') {
      this.instance.dequeue(this);
      this.entering = false;
      this.#state = 'cancel-delivered';
      this.cancel();
      this.instance.store.endTask();
    } else if (this.#state === 'started') {
      this.#state = 'pending-cancel';
      if (this.#parked === 'no') return;
      if (this.instance.exclusive !== undefined || this.instance.store.frozen) {
        this.wake();
        return;
      }
      if (this.#queued) {
        this.instance.dequeue(this);
        this.#queued = false;
      }
      this.#state = 'cancel-delivered';
      this.#goOn(cancelledEvent);
    }
  }
}
