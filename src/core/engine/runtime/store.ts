import type { Limits } from '../limits.ts';
import { Trap, trap } from '../trap.ts';
import { abandon, type Given, GivenList } from './given.ts';
import type { ComponentInstance } from './instance.ts';
import { toReason } from './reason.ts';
import { soon } from './soon.ts';
import type { Task } from './task.ts';

/** Runs a callback in the environment's next turn, after the microtasks. */
export type NextTurn = (callback: () => void) => void;

/** How many steps run in one go before the environment gets a turn: guests that yield for ever must not starve its input and output. */
const stepsAtOnce = 64;

/** What waits for a store, and hears of its failure. */
export interface Failing {
  fail(reason: unknown): void;
}

/**
 * All instances made together from one plan: they run in turn, on one queue, and fail together. A trap in one of them poisons the store; nothing of
 * it runs any more. (CanonicalABI, "Store State")
 */
export class Store {
  readonly limits: Limits;
  /** The task whose code runs now, or ran last: set before every entry to core code. */
  current: Task | undefined;
  /** Calls of the host that are under way: asked, not answered. */
  hostOperations = 0;
  /** Ends of streams and futures that the host holds: it may use them at any time. */
  hostEnds = 0;
  /** Resources of its components that somebody outside owns. */
  outside = 0;
  /** Stacks that wait inside a synchronous import. Nothing else of the store may run meanwhile: their frames are not theirs alone. */
  #frozen = 0;
  #failure: { readonly reason: unknown; readonly disposed: boolean } | undefined;
  readonly #calls = new Set<Failing>();
  /** Tasks that have begun and not come to their end. */
  #tasks = 0;
  #idle: (() => void)[] = [];
  /** Stacks that wait, and reads of the host. */
  readonly #waiting = new Set<Failing>();
  /** The host's streams and futures that guests have, and that have not come to their end. */
  readonly #given = new GivenList();
  #queue: ComponentInstance[] = [];
  #draining = false;
  #scheduled = false;
  #suspecting = false;
  #yields = 0;
  #unfreeze: (() => void)[] = [];
  readonly #nextTurn: NextTurn;
  readonly #explain: (reason: unknown) => void;
  readonly #onFault: (reason: unknown) => void;

  /** @param explain is shown what poisons it before anybody else is */
  constructor(nextTurn: NextTurn, explain: (reason: unknown) => void, onFault: (reason: unknown) => void, limits: Limits) {
    this.limits = limits;
    this.#nextTurn = nextTurn;
    this.#explain = explain;
    this.#onFault = onFault;
  }

  /** What poisoned it, if anything did. */
  get failure(): { readonly reason: unknown } | undefined {
    return this.#failure;
  }
  get failed(): boolean {
    return this.#failure !== undefined;
  }
  get frozen(): boolean {
    return this.#frozen > 0;
  }

  /** @throws that the store has trapped before, or why it was disposed of */
  check(): void {
    const failure = this.#failure;
    if (failure === undefined) return;
    if (failure.disposed) throw failure.reason;
    throw new Trap('cannot enter component instance: it has trapped before', { cause: failure.reason });
  }

  /** A call from the host waits for its result. It fails when the store fails. */
  addCall(call: Failing): void {
    if (this.#failure === undefined) this.#calls.add(call);
    else call.fail(this.#failure.reason);
  }
  removeCall(call: Failing): void {
    this.#calls.delete(call);
  }
  /** Asks a task to end; what it does then may fail. */
  cancel(task: Task): void {
    if (this.#failure !== undefined) return;
    try {
      task.requestCancel();
    } catch (reason) {
      this.poison(toReason(reason));
    }
    this.settle();
  }
  /** Something waits for a guest or on one's behalf; it fails when the store fails. */
  addWaiting(waiting: Failing): void {
    if (this.#failure === undefined) this.#waiting.add(waiting);
    else waiting.fail(this.#failure.reason);
  }
  removeWaiting(waiting: Failing): void {
    this.#waiting.delete(waiting);
  }

  /** A guest has something of the host's; who gave it is told when the store fails. */
  addGiven(given: Given): void {
    if (this.#failure === undefined) this.#given.add(given);
    else abandon(given, this.#failure.reason);
  }
  removeGiven(given: Given): void {
    this.#given.remove(given);
  }

  /** Whether as many calls are under way as may be. */
  get full(): boolean {
    return this.#tasks >= this.limits.tasks;
  }
  beginTask(): void {
    if (this.full) trap(`${this.#tasks} calls are under way, as many as the component may have`);
    this.#tasks++;
  }
  endTask(): void {
    if (--this.#tasks === 0) this.#tellIdle();
  }
  #tellIdle(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
  /** Whether nothing of it runs or waits, and nobody outside holds a part of it. */
  get quiet(): boolean {
    return (
      this.#failure === undefined &&
      this.#tasks === 0 &&
      this.#calls.size === 0 &&
      this.#queue.length === 0 &&
      !this.frozen &&
      this.hostOperations === 0 &&
      this.hostEnds === 0 &&
      this.outside === 0
    );
  }
  /** Settles when no task is left, or none can go on. */
  whenIdle(): Promise<void> {
    return this.#tasks === 0 || this.failed ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  /** It has trapped: ends everything, calls, waiting stacks and the queue. Only the first reason counts. */
  poison(reason: unknown): void {
    this.#end(reason, false);
  }
  /** The same because its user is done with it. */
  dispose(reason: unknown): void {
    this.#end(reason, true);
  }
  #end(reason: unknown, disposed: boolean): void {
    if (this.#failure !== undefined) return;
    this.#failure = { reason, disposed };
    this.#explain(reason);
    this.#queue = [];
    const waiting = [...this.#calls, ...this.#waiting];
    this.#calls.clear();
    this.#waiting.clear();
    for (const one of waiting) one.fail(reason);
    const frozen = this.#unfreeze;
    this.#unfreeze = [];
    for (const resume of frozen) resume();
    this.#tellIdle();
    this.#given.abandon(reason);
    this.#onFault(reason);
  }

  /** An instance has something to run: a parked task that is ready, a call that waits to enter, or a lock that is free again. */
  schedule(instance: ComponentInstance): void {
    if (this.#failure !== undefined || instance.scheduled) return;
    instance.scheduled = true;
    this.#queue.push(instance);
    this.#wake();
  }
  #wake(): void {
    if (this.#scheduled || this.#draining) return;
    this.#scheduled = true;
    soon(this.#drain);
  }

  /** Runs a callback after what is ready; now and then only in the environment's next turn, or who yields for ever would starve it. */
  afterOthers(callback: () => void): void {
    this.#yields = (this.#yields + 1) % stepsAtOnce;
    if (this.#yields === 0) this.#nextTurn(callback);
    else soon(callback);
  }

  #drain = (): void => {
    this.#scheduled = false;
    if (this.frozen) return;
    this.#draining = true;
    let steps = stepsAtOnce;
    try {
      while (this.#queue.length > 0 && !this.frozen && this.#failure === undefined) {
        if (steps-- === 0) {
          this.#scheduled = true;
          this.#nextTurn(this.#drain);
          return;
        }
        const instance = this.#queue.shift() as ComponentInstance;
        instance.scheduled = false;
        // One step of one instance at a time, so that the others get their turn.
        if (instance.step()) this.schedule(instance);
      }
    } catch (reason) {
      this.poison(toReason(reason));
    } finally {
      this.#draining = false;
    }
    this.#checkDeadlock();
  };

  /**
   * Nothing is ready, nobody outside is asked, and nobody outside holds anything that could wake a guest: who waits now waits for ever.
   */
  #checkDeadlock(): void {
    if (this.#calls.size === 0 || this.#queue.length > 0 || this.frozen || this.hostOperations > 0 || this.hostEnds > 0 || this.#failure !== undefined) return;
    // A stack that goes on does so in a microtask: what they bring is there by the next turn.
    if (this.#suspecting) return;
    this.#suspecting = true;
    this.#nextTurn(() => {
      this.#suspecting = false;
      if (this.#calls.size === 0 || this.#queue.length > 0 || this.frozen || this.#scheduled || this.hostOperations > 0 || this.hostEnds > 0) return;
      this.current = undefined;
      this.poison(new Trap('deadlock detected: event loop cannot make further progress'));
    });
  }
  /** Looks whether anybody can still wake the guests: when a call came to rest, or the host let go of something. */
  settle(): void {
    if (this.#calls.size > 0 && this.hostOperations === 0 && this.hostEnds === 0) this.#wake();
  }

  freeze(): void {
    this.#frozen++;
  }
  unfreeze(): void {
    if (--this.#frozen > 0) return;
    const waiting = this.#unfreeze;
    this.#unfreeze = [];
    for (const resume of waiting) resume();
    this.#wake();
  }
  /** Settles when no stack waits inside a synchronous import. */
  whenThawed(): Promise<void> {
    return new Promise((resolve) => this.#unfreeze.push(resolve));
  }
}
