import { trap, Trap } from '../trap.ts';
import type { CoreValue, FlatType } from '../abi/context.ts';
import type { Places } from './places.ts';
import { carried, toReason } from './reason.ts';
import type { Store } from './store.ts';
import type { Task } from './task.ts';

/** A core function as JavaScript calls it. */
export type CoreFunction = (...args: CoreValue[]) => CoreValue | undefined;

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

  /** For a function that never waits; `index` is that of its trampoline, for messages. */
  plain(index: number, run: (args: CoreValue[]) => Answer): CoreFunction {
    return (...args) => {
      try {
        const answer = run(args);
        if (answer instanceof Wait) trap('the function would have to wait, and its caller cannot');
        return answer as CoreValue | undefined;
      } catch (thrown) {
        throw this.#carrier.carry(this.#places.explain(thrown, index));
      }
    };
  }

  /** The `fast` half of a function that may wait. */
  fast(index: number, run: (args: CoreValue[]) => Answer, results: readonly FlatType[]): CoreFunction {
    const placeholder = results[0] === 'i64' ? 0n : 0;
    return (...args) => {
      try {
        const answer = run(args);
        if (!(answer instanceof Wait)) return answer;
        this.#wait = answer;
        this.#task = this.#store.current;
        return results.length === 0 ? undefined : placeholder;
      } catch (thrown) {
        throw this.#carrier.carry(this.#places.explain(thrown, index));
      }
    };
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
      const release = store.addSuspended((reason) => reject(this.#carrier.carry(reason) as Error));
      wait.result.then(
        (value) => {
          release();
          resolve(value);
        },
        (reason: unknown) => {
          release();
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

/** Calls core code that may suspend, and tells its end at once if it has ended. */
export class Entries {
  readonly #store: Store;
  #ended = false;
  #result: CoreValue | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The `done` imports of the entry module. */
  done(results: Iterable<string>): Record<string, (value?: CoreValue) => void> {
    const done = (value?: CoreValue): void => {
      this.#ended = true;
      this.#result = value;
    };
    return Object.fromEntries([...results].map((name) => [name, done]));
  }

  /** Core code that cannot suspend. */
  plain(core: CoreFunction): Enter {
    const store = this.#store;
    return (task, args, done) => {
      const before = store.current;
      store.current = task;
      const result = core(...args);
      store.current = before;
      done(result);
    };
  }

  /** Core code behind the entry module's adapter and `WebAssembly.promising`. */
  suspendable(adapter: object): Enter {
    const store = this.#store;
    const { promising } = WebAssembly as unknown as { promising(core: object): (...args: CoreValue[]) => Promise<CoreValue | undefined> };
    const core = promising(adapter);
    return (task, args, done) => {
      const before = store.current;
      store.current = task;
      this.#ended = false;
      const promise = core(...args);
      store.current = before;
      if (this.#ended) {
        this.#ended = false;
        const result = this.#result;
        this.#result = undefined;
        done(result);
        return;
      }
      promise
        .then((result) => {
          if (!store.failed) done(result);
        })
        .catch((reason: unknown) => {
          store.current = task;
          store.poison(toReason(reason));
        });
    };
  }
}

/** Runs core code as a task's; `done` gets its result, at once or when its stack has ended. */
export type Enter = (task: Task, args: readonly CoreValue[], done: (result: CoreValue | undefined) => void) => void;
