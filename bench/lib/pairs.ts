import type { Measure, Peer } from './figure.ts';
import { median } from './stats.ts';

/** One measurement of one side. */
export interface Sample {
  /** Calls for each second. */
  readonly rate: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time for each call, all of the process's threads together; not known of a server. */
  readonly cpuMs?: number;
}

/**
 * Measures several sides one after the other, round after round, so that whatever else the machine does meets them alike.
 * The first round warms up and is not kept.
 */
export async function interleave<Name extends string>(rounds: number, sides: Readonly<Record<Name, () => Promise<Sample>>>): Promise<Record<Name, Sample[]>> {
  const names = Object.keys(sides) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Sample[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const sample = await sides[name]();
      if (round > 0) samples[name].push(sample);
    }
  }
  return samples;
}

/** The middle of what was measured of one side. */
export function summarize(samples: readonly Sample[]): Omit<Measure, 'label'> {
  const middle = (pick: (sample: Sample) => number): number => median(samples.map(pick));
  const cpuMs = middle((sample) => sample.cpuMs ?? Number.NaN);
  return {
    value: middle(({ rate }) => rate),
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    ...(Number.isNaN(cpuMs) ? {} : { cpuMs }),
  };
}

/** The other side as a peer of ours, pair by pair. */
export function peerOf(label: string, ours: readonly Sample[], theirs: readonly Sample[]): Peer {
  const ratios = ours.map(({ rate }, pair) => rate / (theirs[pair]?.rate ?? Number.NaN));
  return { label, ...summarize(theirs), ratios, ratio: median(ratios) };
}

/** The same for times, of which the shorter is the better one. */
export function peerOfTimes(label: string, ours: readonly number[], theirs: readonly number[]): Peer {
  const ratios = ours.map((ms, pair) => (theirs[pair] ?? Number.NaN) / ms);
  return { label, value: median(theirs), ratios, ratio: median(ratios) };
}
