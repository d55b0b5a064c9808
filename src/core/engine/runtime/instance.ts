import { HandleTable } from './table.ts';
import { trap } from '../trap.ts';
import type { ErrorContext } from './error-context.ts';
import { FutureEnd, StreamEnd } from './copy.ts';
import { ResourceHandle } from './resources.ts';
import type { Store } from './store.ts';
import type { Task } from './task.ts';
import type { Waitable, WaitableSet } from './waitable.ts';

/** What a component's handles stand for. */
export type Entry = ResourceHandle | Waitable | WaitableSet | ErrorContext;

const mostBackpressure = 0xffff;

/** The state of one component instance. (CanonicalABI, "Component Instance State") */
export class ComponentInstance {
  readonly index: number;
  readonly name: string;
  readonly store: Store;
  readonly handles: HandleTable<Entry>;
  /** Off while the instance's allocator or post-return runs: it may call nothing then. */
  mayLeave = true;
  /** Whether the store has it in its queue. */
  scheduled = false;
  /** The task that has the instance for itself: asynchronous functions with the synchronous or the callback ABI exclude each other. */
  exclusive: Task | undefined;
  #backpressure = 0;
  /** Tasks that want to run, in order: calls that wait to enter, and parked ones that are ready. */
  readonly #waiting: Task[] = [];
  #entering = 0;

  constructor(index: number, name: string, store: Store, mostHandles?: number) {
    this.index = index;
    this.name = name;
    this.store = store;
    this.handles = new HandleTable(mostHandles);
  }

  checkLeave(): void {
    if (!this.mayLeave) trap('cannot leave component instance');
    // What the host calls may have let go of it.
    this.store.check();
  }

  addBackpressure(): void {
    if (this.#backpressure === mostBackpressure) trap('backpressure counter overflow');
    this.#backpressure++;
  }
  removeBackpressure(): void {
    if (this.#backpressure === 0) trap('backpressure counter overflow');
    if (--this.#backpressure === 0) this.store.schedule(this);
  }

  /** Whether a new call of an asynchronous function has to wait: behind the lock, back-pressure, or those who wait already. */
  mustWait(exclusive: boolean): boolean {
    return this.#entering > 0 || this.#blocks(exclusive);
  }
  #blocks(exclusive: boolean): boolean {
    return this.#backpressure > 0 || (exclusive && this.exclusive !== undefined);
  }

  enqueue(task: Task): void {
    if (task.entering) this.#entering++;
    this.#waiting.push(task);
    this.store.schedule(this);
  }
  dequeue(task: Task): void {
    const at = this.#waiting.indexOf(task);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    if (task.entering) this.#entering--;
  }

  /** Whether no call is under way or has left the instance closed to others. */
  get atRest(): boolean {
    return this.#backpressure === 0 && this.exclusive === undefined && this.#waiting.length === 0;
  }
  /** Lets go of everything in the table, as if the instance had ended, and forgets which numbers were used. */
  clear(): void {
    for (const entry of this.handles.entries()) {
      if (entry instanceof ResourceHandle) entry.abandon();
      else if (entry instanceof StreamEnd || entry instanceof FutureEnd) entry.shared.drop();
    }
    this.handles.reset();
  }

  /** Puts an end of a stream or future into the table. */
  addEnd(end: StreamEnd | FutureEnd): number {
    end.handle = this.handles.add(end);
    return end.handle;
  }

  unlock(): void {
    this.exclusive = undefined;
    if (this.#waiting.length > 0) this.store.schedule(this);
  }

  /** Runs the first task that can run; answers whether there may be another. */
  step(): boolean {
    for (const task of this.#waiting) {
      if (task.entering ? this.#blocks(task.exclusive) : this.exclusive !== undefined) continue;
      this.dequeue(task);
      // Nobody's code runs below: whatever fails from here on is this task's.
      this.store.current = task;
      task.resume();
      return this.#waiting.length > 0;
    }
    return false;
  }
}
