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
  #pending: (() => EventTuple) | undefined;
  #set: WaitableSet | undefined;
  #syncWaiter: (() => void) | undefined;

  get hasPendingEvent(): boolean {
    return this.#pending !== undefined;
  }
  get set(): WaitableSet | undefined {
    return this.#set;
  }
  get hasSyncWaiter(): boolean {
    return this.#syncWaiter !== undefined;
  }

  /** Replaces an event that is pending already: the newer one says more. */
  setPendingEvent(event: () => EventTuple): void {
    this.#pending = event;
    const waiter = this.#syncWaiter;
    if (waiter !== undefined) {
      this.#syncWaiter = undefined;
      waiter();
    } else this.#set?.noteReady(this);
  }

  takeEvent(): EventTuple {
    const event = this.#pending ?? trap('no event is pending');
    this.#pending = undefined;
    return event();
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
    this.#pending = undefined;
  }
}

/** Who waits on a set: told when an event may be there. */
export interface SetWaiter {
  wake(): void;
}

/** `waitable-set`: delivers its members' events in the order they came up. */
export class WaitableSet {
  readonly #members = new Set<Waitable>();
  /** Members in the order their events came; one that has none any more, or has left, is passed over. */
  #ready: Waitable[] = [];
  readonly #waiters = new Set<SetWaiter>();

  add(member: Waitable): void {
    this.#members.add(member);
    if (member.hasPendingEvent) this.noteReady(member);
  }
  remove(member: Waitable): void {
    this.#members.delete(member);
    const at = this.#ready.indexOf(member);
    if (at >= 0) this.#ready.splice(at, 1);
  }

  noteReady(member: Waitable): void {
    if (!this.#ready.includes(member)) this.#ready.push(member);
    this.#wake();
  }
  /** All waiters: whoever can run first takes the event, the others find none. The one that has waited longest may not be able to. */
  #wake(): void {
    for (const waiter of this.#waiters) waiter.wake();
  }

  get hasEvent(): boolean {
    return this.#ready.some((member) => member.hasPendingEvent);
  }

  takeEvent(): EventTuple | undefined {
    for (;;) {
      const member = this.#ready.shift();
      if (member === undefined) return undefined;
      if (member.hasPendingEvent) return member.takeEvent();
    }
  }

  addWaiter(waiter: SetWaiter): void {
    this.#waiters.add(waiter);
    if (this.hasEvent) waiter.wake();
  }
  removeWaiter(waiter: SetWaiter): void {
    this.#waiters.delete(waiter);
    if (this.hasEvent) this.#wake();
  }

  drop(): void {
    if (this.#members.size > 0) trap('cannot drop waitable set with waitables in it');
    if (this.#waiters.size > 0) trap('cannot drop waitable set with waiters');
  }
}
