import { trap } from '../trap.ts';

/** What a task is told: the codes of CanonicalABI's `EventCode`. */
export const EventCode = { none: 0, subtask: 1, streamRead: 2, streamWrite: 3, futureRead: 4, futureWrite: 5, taskCancelled: 6 } as const;

/** An event as core code gets it. Its payload is computed when it is delivered: progress may have grown since it came up. */
export interface EventTuple {
  readonly code: number;
  readonly index: number;
  readonly payload: number;
}

/** No event: what a yield resumes with. */
export const noEvent: EventTuple = { code: EventCode.none, index: 0, payload: 0 };
/** What a task resumes with whose cancellation is delivered. */
export const cancelledEvent: EventTuple = { code: EventCode.taskCancelled, index: 0, payload: 0 };

/** Something that can have one event pending: a subtask, or an end of a stream or future. */
export abstract class Waitable {
  #pending = false;
  #set: WaitableSet | undefined;
  #syncWaiter: (() => void) | undefined;
  /** Whether its set has it in the line of those that are ready. */
  inLine = false;

  /** What is delivered now, with whatever its delivery changes. */
  protected abstract deliver(): EventTuple;

  get hasPendingEvent(): boolean {
    return this.#pending;
  }
  get set(): WaitableSet | undefined {
    return this.#set;
  }
  get hasSyncWaiter(): boolean {
    return this.#syncWaiter !== undefined;
  }

  /** An event comes up; one that is pending already says more from now on. */
  protected notePending(): void {
    this.#pending = true;
    const waiter = this.#syncWaiter;
    if (waiter !== undefined) {
      this.#syncWaiter = undefined;
      waiter();
    } else this.#set?.noteReady(this);
  }

  takeEvent(): EventTuple {
    if (!this.#pending) trap('no event is pending');
    this.#pending = false;
    if (this.inLine) this.#set?.leaveLine(this);
    return this.deliver();
  }

  /** Settles when an event is pending; the waitable is in no set meanwhile. */
  waitForEvent(): Promise<void> {
    return new Promise((resolve) => {
      this.#syncWaiter = resolve;
    });
  }

  join(set: WaitableSet | undefined): void {
    if (this.#syncWaiter !== undefined) trap('waitable cannot be used synchronously while added to a waitable set');
    this.#set?.remove(this);
    this.#set = set;
    set?.add(this);
  }

  /** Leaves its set; an event that was pending is gone with it. */
  leave(): void {
    this.#set?.remove(this);
    this.#set = undefined;
    this.#pending = false;
  }
}

/** Who waits on a set: told when an event may be there. */
export interface SetWaiter {
  wake(): void;
}

/** `waitable-set`: delivers its members' events in the order they came up. */
export class WaitableSet {
  #members = 0;
  /** Members in the order their events came. */
  readonly #ready: Waitable[] = [];
  readonly #waiters: SetWaiter[] = [];

  add(member: Waitable): void {
    this.#members++;
    if (member.hasPendingEvent) this.noteReady(member);
  }
  remove(member: Waitable): void {
    this.#members--;
    if (member.inLine) this.leaveLine(member);
  }
  /** The member's event was taken, or goes with it. */
  leaveLine(member: Waitable): void {
    member.inLine = false;
    this.#ready.splice(this.#ready.indexOf(member), 1);
  }

  noteReady(member: Waitable): void {
    if (!member.inLine) {
      member.inLine = true;
      this.#ready.push(member);
    }
    this.#wake();
  }
  /** All waiters: whoever can run first takes the event, the others find none. The one that has waited longest may not be able to. */
  #wake(): void {
    for (const waiter of this.#waiters) waiter.wake();
  }

  get hasEvent(): boolean {
    return this.#ready.length > 0;
  }

  takeEvent(): EventTuple | undefined {
    return this.#ready[0]?.takeEvent();
  }

  addWaiter(waiter: SetWaiter): void {
    if (!this.#waiters.includes(waiter)) this.#waiters.push(waiter);
    if (this.hasEvent) waiter.wake();
  }
  removeWaiter(waiter: SetWaiter): void {
    const at = this.#waiters.indexOf(waiter);
    if (at >= 0) this.#waiters.splice(at, 1);
    if (this.hasEvent) this.#wake();
  }

  drop(): void {
    if (this.#members > 0) trap('cannot drop waitable set with waitables in it');
    if (this.#waiters.length > 0) trap('cannot drop waitable set with waiters');
  }
}
