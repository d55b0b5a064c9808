import { trap } from '../trap.ts';
import { type Lenders, releaseLenders } from './side.ts';
import { EventCode, type EventTuple, Waitable } from './waitable.ts';

/** CanonicalABI's `Subtask.State`. */
export const SubtaskState = { starting: 0, started: 1, returned: 2, cancelledBeforeStarted: 3, cancelledBeforeReturned: 4 } as const;
export type SubtaskState = (typeof SubtaskState)[keyof typeof SubtaskState];

/** A caller's side of a call that it does not wait for on its stack. */
export class Subtask extends Waitable {
  state: SubtaskState = SubtaskState.starting;
  cancelRequested = false;
  /** What the caller lends; released when it is told that the call is over. */
  lenders: Lenders;
  /** Its handle, once the caller has one. */
  handle = 0;
  /** Whether the caller has been told. */
  delivered = false;
  /** Asks the callee to end. */
  requestCancel: () => void = () => {};

  get resolved(): boolean {
    return this.state >= SubtaskState.returned;
  }

  /** The call goes on: its caller learns of it, once it has a handle. */
  progress(state: SubtaskState): void {
    this.state = state;
    if (this.handle !== 0) this.notePending();
  }
  protected deliver(): EventTuple {
    if (this.resolved) this.markDelivered();
    return { code: EventCode.subtask, index: this.handle, payload: this.state };
  }

  markDelivered(): void {
    this.delivered = true;
    releaseLenders(this.lenders);
    this.lenders = undefined;
  }

  drop(): void {
    if (!this.delivered) trap('cannot drop a subtask which has not yet resolved');
    this.leave();
  }
}
