import type { Puppet } from '../puppets.ts';

/** What a caller sees of its call, as the canonical ABI numbers it. */
export const State = { starting: 0, started: 1, returned: 2, cancelledBeforeStarted: 3, cancelledBeforeReturned: 4 } as const;

/** How a call is made ready for its caller: with callbacks, on a stack of its own, or by the host. */
export type NodeKind = 'task' | 'stack' | 'host';

/** One call, as the callee knows it: what its caller is told has to agree. */
export class CallNode {
  readonly kind: NodeKind;
  /** Where it runs; absent for the host. */
  readonly puppet: Puppet | undefined;
  /** What it returns, if it does. */
  readonly value: number;
  started = false;
  returned = false;
  cancelled = false;
  /** Whether its caller wants it to end, and whether it was told. */
  cancelRequested = false;
  toldToCancel = false;
  /** Whether it lets others in until it has an event. */
  parked = false;
  /** Whether its code has come to its end. */
  ended = false;

  constructor(kind: NodeKind, puppet: Puppet | undefined, value: number) {
    this.kind = kind;
    this.puppet = puppet;
    this.value = value;
  }

  get resolved(): boolean {
    return this.returned || this.cancelled;
  }
  get state(): number {
    if (this.returned) return State.returned;
    if (this.cancelled) return this.started ? State.cancelledBeforeReturned : State.cancelledBeforeStarted;
    return this.started ? State.started : State.starting;
  }
}

/** A call in its caller's hands. */
export interface Subcall {
  readonly node: CallNode;
  readonly script: number;
  readonly handle: number;
  /** Where its result goes. */
  readonly out: number;
  joined: boolean;
  /** Whether its caller was told that it is over. */
  delivered: boolean;
}

/** The numbers of handles of one puppet: the one that was freed last is used first. */
export class Numbers {
  readonly #free: number[] = [];
  #used = 0;

  take(): number {
    return this.#free.pop() ?? ++this.#used;
  }
  give(handle: number): void {
    this.#free.push(handle);
  }
  /** How many are in use. */
  get size(): number {
    return this.#used - this.#free.length;
  }
}
