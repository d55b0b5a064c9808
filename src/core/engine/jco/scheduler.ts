/** The timer functions that generated code is given instead of the realm's. */
export interface Timers {
  setTimeout(callback: () => unknown, delayMs?: number): number;
  clearTimeout(id?: number): void;
  setInterval(callback: () => unknown, delayMs?: number): number;
  clearInterval(id?: number): void;
}

/** Runs a callback in the environment's next turn, after the microtasks: `setImmediate`, a message to itself, or a timer of 0 ms. */
export type NextTurn = (callback: () => void) => void;

/** Turns taken one right after the other before the scheduler begins to wait between them. */
const eagerTurns = 12;
const shortestWaitMs = 1;
const longestWaitMs = 10;

/**
 * Generated code waits by polling: it sets timers of 0 and 10 ms and looks whether something has changed. One scheduler for each
 * instance runs those callbacks in the next turn while the guest makes progress. When nothing happens the waits grow with the time
 * already waited, to a quarter of it and 10 ms at most; with no callback left there is no timer at all.
 */
export class Scheduler implements Timers {
  #once = new Map<number, () => unknown>();
  readonly #every = new Map<number, () => unknown>();
  readonly #nextTurn: NextTurn;
  readonly #fail: (failure: unknown) => void;
  #nextId = 1;
  #eager = eagerTurns;
  #idleSince = 0;
  #armed = false;
  #wait: unknown;
  #stopped = false;
  #foundNothing = false;
  #tookStep = false;

  constructor(nextTurn: NextTurn, fail: (failure: unknown) => void) {
    this.#nextTurn = nextTurn;
    this.#fail = fail;
  }

  setTimeout = (callback: () => unknown, delayMs = 0): number => {
    // After a step the code asks for the next turn at once; finding nothing to do it asks for a wait.
    if (delayMs > 0) this.#foundNothing = true;
    else this.#tookStep = true;
    const id = this.#nextId++;
    this.#once.set(id, callback);
    this.#arm();
    return id;
  };
  clearTimeout = (id?: number): void => {
    if (id !== undefined) this.#once.delete(id);
  };
  setInterval = (callback: () => unknown): number => {
    const id = this.#nextId++;
    this.#every.set(id, callback);
    this.#eager = eagerTurns;
    this.#arm();
    return id;
  };
  clearInterval = (id?: number): void => {
    if (id !== undefined) this.#every.delete(id);
  };

  /** No callback runs any more. */
  stop(): void {
    this.#stopped = true;
    this.#once.clear();
    this.#every.clear();
    if (this.#wait !== undefined) clearTimeout(this.#wait);
  }

  #arm(): void {
    if (this.#armed || this.#stopped || (this.#once.size === 0 && this.#every.size === 0)) return;
    this.#armed = true;
    if (this.#eager > 0) {
      this.#eager--;
      if (this.#eager === 0) this.#idleSince = performance.now();
      this.#nextTurn(this.#turn);
      return;
    }
    const waited = performance.now() - this.#idleSince;
    const waitMs = Math.min(longestWaitMs, Math.max(shortestWaitMs, waited / 4));
    this.#wait = setTimeout(() => {
      this.#wait = undefined;
      this.#turn();
    }, waitMs);
  }

  #turn = (): void => {
    this.#armed = false;
    if (this.#stopped) return;
    if (this.#tookStep && !this.#foundNothing) this.#eager = eagerTurns;
    this.#tookStep = false;
    this.#foundNothing = false;
    const once = this.#once;
    this.#once = new Map();
    for (const callback of once.values()) this.#run(callback);
    for (const callback of this.#every.values()) this.#run(callback);
    this.#arm();
  };

  #run(callback: () => unknown): void {
    try {
      const result = callback();
      if (result instanceof Promise) result.catch(this.#fail);
    } catch (failure) {
      this.#fail(failure);
    }
  }
}
