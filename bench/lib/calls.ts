import type { Sample } from './pairs.ts';
import { median, quantile } from './stats.ts';

/** Calls of one kind, on one side. */
export interface Calls {
  /** Makes one; what it answers has been checked when that settles. */
  readonly call: () => unknown;
  /** Makes many, one after the other: for calls that take less than a clock can tell. */
  readonly batch?: (count: number) => void | Promise<void>;
  /** Makes one and answers the milliseconds of the part of it that is meant. */
  readonly time?: () => Promise<number>;
}

/** How to measure: single calls in so many chains at once, batches of them, or parts of calls; for so many milliseconds. */
export interface Question {
  readonly kind: 'calls' | 'batches' | 'times';
  readonly ms: number;
  /** Default: 1. */
  readonly chains?: number;
}

/** What a process knows of its clocks. */
export interface Clocks {
  /** Whether `performance.now` tells single calls apart. */
  readonly fine: boolean;
  /** Processor time used so far. */
  readonly cpuMs?: (() => number) | undefined;
}

/** Into how many parts a measurement falls, and which share of them is taken to be undisturbed by whatever else the machine does. */
const slices = 25;
const undisturbed = 0.25;

/** Measures as it was asked to. */
export function measure(calls: Calls, question: Question, clocks: Clocks): Promise<Sample> {
  const { ms, chains = 1 } = question;
  if (question.kind === 'batches') return measureBatches(calls.batch ?? oneByOne(calls.call), ms, clocks);
  if (question.kind === 'calls') return measureChains(calls.call, ms, chains, clocks);
  if (calls.time === undefined) throw new Error('no part of these calls can be timed');
  return measureTimes(calls.time, ms);
}

function oneByOne(call: Calls['call']): (count: number) => Promise<void> {
  return async (count) => {
    for (let i = 0; i < count; i++) await call();
  };
}

/**
 * Chains of calls at once, each call beginning when the one before it has ended: the rate of all together, and the time of each. The rate is
 * that of undisturbed slices of time.
 */
async function measureChains(call: Calls['call'], ms: number, chains: number, clocks: Clocks): Promise<Sample> {
  const latencies: number[] = [];
  const rates: number[] = [];
  const cpu = usedBy(clocks);
  const started = performance.now();
  let slice = started;
  let inSlice = 0;
  let count = 0;
  const chain = async (): Promise<void> => {
    let now = performance.now();
    do {
      const begin = now;
      await call();
      now = performance.now();
      count++;
      inSlice++;
      if (clocks.fine) latencies.push(now - begin);
      if (now - slice >= ms / slices) {
        rates.push(inSlice / (now - slice));
        slice = now;
        inSlice = 0;
      }
    } while (now - started < ms);
  };
  await Promise.all(Array.from({ length: chains }, chain));
  // Of calls that take longer than a slice, all that count is how many there were.
  const rate = rates.length < slices / 2 ? count / (performance.now() - started) : quantile(rates, 1 - undisturbed);
  return { rate: rate * 1000, ...spreadOf(latencies), ...cpu(count) };
}

/** Batches as large as it takes for the clock not to matter, of which the undisturbed ones count. */
async function measureBatches(batch: (count: number) => void | Promise<void>, ms: number, clocks: Clocks): Promise<Sample> {
  const times: number[] = [];
  const cpu = usedBy(clocks);
  const until = performance.now() + ms;
  let count = 1;
  let calls = 0;
  do {
    const begin = performance.now();
    await batch(count);
    const spent = performance.now() - begin;
    calls += count;
    if (spent < ms / slices) count *= 2;
    else times.push(spent / count);
  } while (performance.now() < until || times.length === 0);
  return { rate: 1000 / quantile(times, undisturbed), ...cpu(calls) };
}

async function measureTimes(time: () => Promise<number>, ms: number): Promise<Sample> {
  const times: number[] = [];
  const until = performance.now() + ms;
  do times.push(await time());
  while (performance.now() < until);
  return { rate: 1000 / median(times), ...spreadOf(times) };
}

function spreadOf(times: readonly number[]): Pick<Sample, 'p50Ms' | 'p99Ms'> {
  return times.length === 0 ? {} : { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}

function usedBy({ cpuMs }: Clocks): (calls: number) => Pick<Sample, 'cpuMs'> {
  const before = cpuMs?.() ?? 0;
  return (calls) => (cpuMs === undefined ? {} : { cpuMs: (cpuMs() - before) / calls });
}
