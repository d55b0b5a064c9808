import { Worker } from 'node:worker_threads';
import type { Original } from './corpus.ts';
import { createLocator, type Locator } from './locate.ts';
import { type Phase, phases } from './meant.ts';

/** What a worker is given: it takes the next seed from the first place of `progress`, or `again` to begin with, and says in its own what it is at. */
export interface WorkerTask {
  readonly corpus: readonly Original[];
  readonly end: number;
  readonly progress: Int32Array;
  readonly place: number;
  readonly again?: number;
}

/** What a worker tells. */
export type Told =
  | { readonly kind: 'outcome'; readonly seed: number; readonly outcome: string }
  | ({ readonly kind: 'failure' } & Failure)
  | { readonly kind: 'end'; readonly bytes: number };

export interface Failure {
  readonly seed: number;
  readonly why: string;
  /** What is left of the copy when all is gone that it does not need to fail. */
  readonly smallest?: Uint8Array;
}

export interface Report {
  /** How many came how far. */
  readonly outcomes: Map<string, number>;
  readonly failures: Failure[];
  /** What the hungriest thread had at its end. */
  bytes: number;
}

/** A copy that takes longer is looked at, and again after as long. */
const limitMs = 700;
/** What takes longer than this outside of core code does not end. */
const endMs = 30_000;
/** A thread that changes stacks may not let itself be seen. Such a copy is tried again in another thread, up to so many times. */
const mostUnseen = 4;
const pollEveryMs = 100;
/** A thread that takes more comes to an end. */
const resourceLimits = { maxOldGenerationSizeMb: 512 };

/**
 * Tries damaged copies, a few threads at once. Core code may loop for ever, and then its thread is replaced; the same anywhere else is a failure.
 * @param first the first seed
 */
export async function tryCopies(corpus: readonly Original[], first: number, count: number, threads: number): Promise<Report> {
  const progress = new Int32Array(new SharedArrayBuffer(4 * (1 + 2 * threads)));
  progress[0] = first;
  const report: Report = { outcomes: new Map(), failures: [], bytes: 0 };
  const note = (outcome: string): void => void report.outcomes.set(outcome, (report.outcomes.get(outcome) ?? 0) + 1);
  const locator = await createLocator();
  let free: Promise<unknown> = Promise.resolve();
  const locate: Locator['locate'] = (worker) => {
    const found = free.then(() => locator.locate(worker));
    free = found.catch(() => undefined);
    return found;
  };
  const watch = (thread: number): Promise<void> => new Thread(corpus, first + count, progress, 1 + 2 * thread, report, note, locate).done;
  await Promise.all(Array.from({ length: threads }, (_, thread) => watch(thread)));
  locator.close();
  return report;
}

class Thread {
  readonly done: Promise<void>;
  readonly #task: WorkerTask;
  readonly #report: Report;
  readonly #note: (outcome: string) => void;
  readonly #locate: Locator['locate'];
  readonly #finish: () => void;
  #worker: Worker;
  #seed = -1;
  #since = Date.now();
  readonly #timer: NodeJS.Timeout;
  #looking = false;
  #looks = 0;
  /** The copy that could not be seen last, and how often. */
  #unseen = { seed: -1, times: 0 };

  constructor(
    corpus: readonly Original[],
    end: number,
    progress: Int32Array,
    place: number,
    report: Report,
    note: (outcome: string) => void,
    locate: Locator['locate'],
  ) {
    this.#task = { corpus, end, progress, place };
    this.#report = report;
    this.#note = note;
    this.#locate = locate;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.#finish = resolve;
    this.#worker = this.#start();
    this.#timer = setInterval(() => void this.#look(), pollEveryMs);
  }

  /** @param again the seed to begin with */
  #start(again?: number): Worker {
    this.#task.progress[this.#task.place] = -1;
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: { ...this.#task, ...(again !== undefined && { again }) } satisfies WorkerTask,
      resourceLimits,
    });
    worker.on('message', (told: Told) => this.#hear(told));
    worker.on('error', (failure: unknown) => {
      this.#report.failures.push({ seed: this.#at, why: `the thread failed: ${failure instanceof Error ? String(failure.stack) : String(failure)}` });
      this.#replace();
    });
    return worker;
  }
  get #at(): number {
    return Atomics.load(this.#task.progress, this.#task.place);
  }
  #hear(told: Told): void {
    if (told.kind === 'outcome') this.#note(told.outcome);
    else if (told.kind === 'failure') this.#report.failures.push(told);
    else {
      this.#report.bytes = Math.max(this.#report.bytes, told.bytes);
      clearInterval(this.#timer);
      void this.#worker.terminate().then(this.#finish);
    }
  }
  /** Whether the thread is still at what it was at. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    const seed = this.#at;
    if (seed !== this.#seed || seed === -1) {
      this.#seed = seed;
      this.#looks = 0;
      this.#since = Date.now();
      return;
    }
    const tookMs = Date.now() - this.#since;
    if (tookMs < limitMs * (this.#looks + 1)) return;
    this.#looks++;
    this.#looking = true;
    const phase: Phase = phases[Atomics.load(this.#task.progress, this.#task.place + 1)] ?? 'inspect';
    const seen = await this.#locate(this.#worker);
    this.#looking = false;
    if (this.#at !== seed) return;
    if (seen === undefined) {
      this.#unseen = { seed, times: this.#unseen.seed === seed ? this.#unseen.times + 1 : 1 };
      if (this.#unseen.times < mostUnseen) {
        this.#replace(seed);
        return;
      }
    }
    if (seen?.core === true) this.#note(`${phase}: stopped in core code`);
    // On a machine that has much to do it may only be slow.
    else if (tookMs < endMs && seen !== undefined) return;
    else this.#report.failures.push({ seed, why: `${phase}: does not end, in ${seen?.where ?? 'a place where nothing can interrupt it'}` });
    this.#replace();
  }
  #replace(again?: number): void {
    const old = this.#worker;
    old.removeAllListeners();
    this.#since = Date.now();
    void old.terminate();
    this.#worker = this.#start(again);
  }
}
