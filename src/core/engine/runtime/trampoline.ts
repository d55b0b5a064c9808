import { trap, Trap } from '../trap.ts';
import type { CoreValue } from '../abi/context.ts';
import type { Signature } from './adapters.ts';
import { withArity } from './arity.ts';
import type { Places } from './places.ts';
import { carried, toReason } from './reason.ts';
import type { Store } from './store.ts';
import type { Task } from './task.ts';
import type { EventTuple } from './waitable.ts';

/** A core function as JavaScript calls it. */
export type CoreFunction = (...args: CoreValue[]) => CoreValue | undefined;

/** A core function of the engine: takes core values as they come. */
export type Builtin = (...args: CoreValue[]) => Answer;

/** What the engine's own core function answers: the result, or a {@link Wait} where the caller's stack has to wait for it. */
export type Answer = CoreValue | undefined | Wait;

/** A caller has to wait. */
export class Wait {
  readonly result: Promise<CoreValue | undefined>;
  /** Whether nothing else of the store may run meanwhile: the caller waits inside a synchronous function of the host. */
  readonly freezes: boolean;
  constructor(result: Promise<CoreValue | undefined>, freezes: boolean) {
    this.result = result;
    this.freezes = freezes;
    // Where nothing can wait nobody listens.
    result.catch(() => {});
  }
}

/** Makes a thrown value pass through core code as a trap, which guests cannot catch, and `unwrap` find it again. */
export class TrapCarrier {
  readonly #trap: (() => void) | undefined;
  constructor(trapFunction: (() => void) | undefined) {
    this.#trap = trapFunction;
  }
  carry(thrown: unknown): unknown {
    const reason = toReason(thrown);
    if (reason instanceof WebAssembly.RuntimeError || this.#trap === undefined) return reason;
    try {
      this.#trap();
    } catch (object) {
      return Object.assign(object as object, { [carried]: reason });
    }
    return reason;
  }
}

/**
 * Gives core code the engine's functions. Those that may have to wait go through a core adapter: a call that need not wait does not suspend, and works
 * on any stack.
 */
export class Trampolines {
  readonly #store: Store;
  readonly #carrier: TrapCarrier;
  readonly #places: Places;
  #wait: Wait | undefined;
  #task: Task | undefined;
  /** The tasks whose stacks wait, by token; 0 says that there is none. */
  readonly #tokens: ({ task: Task | undefined; frozen: boolean } | undefined)[] = [undefined];
  readonly #free: number[] = [];

  constructor(store: Store, carrier: TrapCarrier, places: Places) {
    this.#store = store;
    this.#carrier = carrier;
    this.#places = places;
  }

  /**
   * For a function that never waits.
   * @param index that of its trampoline, for messages
   * @param arity its number of core parameters: with as many of its own it is called without a detour
   */
  plain(index: number, run: Builtin, arity: number): CoreFunction {
    return withArity(arity, run, cannotWait, this.#toTrap(index));
  }

  /** The `fast` half of a function that may wait. */
  fast(index: number, run: Builtin, { params, results }: Signature): CoreFunction {
    const placeholder = results.length === 0 ? undefined : results[0] === 'i64' ? 0n : 0;
    const onWait = (wait: Wait): CoreValue | undefined => {
      // Destructors and start functions have no stack that could wait.
      if (this.#store.current?.lift === undefined) trap('cannot block a synchronous task before returning');
      this.#wait = wait;
      this.#task = this.#store.current;
      return placeholder;
    };
    return withArity(params.length, run, onWait, this.#toTrap(index));
  }
  /** What its place is, is worked out when it throws. */
  #toTrap(index: number): (thrown: unknown) => unknown {
    return (thrown) => this.#carrier.carry(this.#places.explain(thrown, index));
  }

  /** The imports of the blocking module, but for the fast halves. `undefined`: this runtime cannot suspend. */
  state(results: Iterable<string>): { state: Record<string, CoreFunction>; slow: Record<string, unknown> } {
    const suspending = (WebAssembly as { Suspending?: new (run: () => Promise<CoreValue | undefined>) => object }).Suspending;
    const cannot = (): never => {
      throw this.#carrier.carry(new Trap('the guest has to wait, and this runtime lacks WebAssembly JSPI'));
    };
    return {
      state: {
        blocked: () => this.#takeToken(),
        resumed: (token) => {
          this.#resume(token as number);
          try {
            // What it waited for may have come before the store failed.
            this.#store.check();
          } catch (thrown) {
            throw this.#carrier.carry(thrown);
          }
          return undefined;
        },
      },
      slow: Object.fromEntries([...results].map((name) => [name, suspending === undefined ? cannot : new suspending(() => this.#suspend())])),
    };
  }

  #takeToken(): number {
    if (this.#wait === undefined) return 0;
    const token = this.#free.pop() ?? this.#tokens.push(undefined) - 1;
    this.#tokens[token] = { task: this.#task, frozen: this.#wait.freezes };
    return token;
  }
  #suspend(): Promise<CoreValue | undefined> {
    const wait = this.#wait;
    this.#wait = undefined;
    if (wait === undefined) return Promise.reject(new Trap('nothing to wait for'));
    const store = this.#store;
    if (wait.freezes) store.freeze();
    return new Promise((resolve, reject) => {
      const stack = { fail: (reason: unknown) => reject(this.#carrier.carry(reason) as Error) };
      store.addWaiting(stack);
      wait.result.then(
        (value) => {
          store.removeWaiting(stack);
          resolve(value);
        },
        (reason: unknown) => {
          store.removeWaiting(stack);
          if (wait.freezes) store.unfreeze();
          reject(this.#carrier.carry(reason) as Error);
        },
      );
    });
  }
  /** The stack goes on: what runs now is its task's again. */
  #resume(token: number): void {
    const waited = this.#tokens[token];
    this.#tokens[token] = undefined;
    this.#free.push(token);
    this.#store.current = waited?.task;
    if (waited?.frozen === true) this.#store.unfreeze();
  }
}

const cannotWait = (): never => trap('the function would have to wait, and its caller cannot');

/** What an entry answers whose stack waits: whoever it was made for is told of its end. */
export const suspended: unique symbol = Symbol('suspended');

/** Runs core code as a task's: its result, or {@link suspended}. */
export type Enter = (task: Task, args: readonly CoreValue[]) => CoreValue | undefined | typeof suspended;
/** The same for a callback, which is told an event. */
export type EnterCallback = (task: Task, event: EventTuple) => CoreValue | undefined | typeof suspended;
/** Takes the result of a stack that had to wait. */
export type Resumed = (task: Task, result: CoreValue | undefined) => void;

/** Calls core code that may suspend, and tells its end at once if it has ended. */
export class Entries {
  readonly #store: Store;
  #ended = false;
  #result: CoreValue | undefined;
  /** Who is told of the end of a stack that had to wait, by its task. */
  readonly #waited = new Map<Task, Resumed>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The `done` imports of the entry module. */
  done(results: Iterable<string>): Record<string, (value?: CoreValue) => void> {
    const done = (value?: CoreValue): void => {
      const task = this.#store.current;
      const resumed = task && this.#waited.get(task);
      if (task === undefined || resumed === undefined) {
        this.#ended = true;
        this.#result = value;
        return;
      }
      this.#waited.delete(task);
      // At once: whoever runs next may overwrite what the result points to.
      resumed(task, value);
    };
    return Object.fromEntries([...results].map((name) => [name, done]));
  }

  /** Core code that cannot suspend. */
  plain(core: CoreFunction): Enter {
    const store = this.#store;
    return (task, args) => {
      const before = store.current;
      store.current = task;
      const result = core(...args);
      store.current = before;
      return result;
    };
  }
  plainCallback(core: CoreFunction): EnterCallback {
    const store = this.#store;
    return (task, event) => {
      const before = store.current;
      store.current = task;
      const result = core(event.code, event.index, event.payload);
      store.current = before;
      return result;
    };
  }

  /** Core code behind the entry module's adapter and `WebAssembly.promising`. */
  suspendable(adapter: object, resumed: Resumed): Enter {
    const core = promisingOf(adapter);
    return (task, args) => this.#enter(task, () => core(...args), resumed);
  }
  suspendableCallback(adapter: object, resumed: Resumed): EnterCallback {
    const core = promisingOf(adapter);
    return (task, event) => this.#enter(task, () => core(event.code, event.index, event.payload), resumed);
  }

  #enter(task: Task, run: () => Promise<CoreValue | undefined>, resumed: Resumed): CoreValue | undefined | typeof suspended {
    const store = this.#store;
    const before = store.current;
    store.current = task;
    this.#ended = false;
    const promise = run();
    store.current = before;
    if (this.#ended) {
      this.#ended = false;
      const result = this.#result;
      this.#result = undefined;
      return result;
    }
    this.#waited.set(task, resumed);
    promise.catch((reason: unknown) => {
      this.#waited.delete(task);
      store.current = task;
      store.poison(toReason(reason));
    });
    return suspended;
  }
}

function promisingOf(adapter: object): (...args: CoreValue[]) => Promise<CoreValue | undefined> {
  return (WebAssembly as unknown as { promising(core: object): (...args: CoreValue[]) => Promise<CoreValue | undefined> }).promising(adapter);
}
