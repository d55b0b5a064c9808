import type { Figure, Measure, Peer, Unit } from './figure.ts';
import { median } from './stats.ts';

/** One measurement of one side. */
export interface Sample {
  /** Calls for each second. */
  readonly rate: number;
  /** Of single calls, where a clock can tell. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Processor time for each call, all of the process's threads together, where it is known. */
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

/** How a unit is had from calls for each second; `bytes` are what a call moves. */
function inUnit(unit: Unit, rate: number, bytes: number): number {
  if (unit === 'µs') return 1e6 / rate;
  if (unit === 'ms') return 1e3 / rate;
  return unit === 'GB/s' ? (rate * bytes) / 1e9 : rate;
}

/** The middle of what was measured of one side. */
function summarize(samples: readonly Sample[], unit: Unit, bytes: number): Omit<Measure, 'label'> {
  const middle = (key: keyof Sample): number => median(samples.map((sample) => sample[key] ?? Number.NaN));
  const known = (key: 'p50Ms' | 'p99Ms' | 'cpuMs'): Partial<Measure> => (Number.isNaN(middle(key)) ? {} : { [key]: middle(key) });
  return { value: inUnit(unit, middle('rate'), bytes), ...known('p50Ms'), ...known('p99Ms'), ...known('cpuMs') };
}

/** What was measured of hostling, and beside it of a peer. */
export interface Compared {
  readonly label: string;
  readonly unit: Unit;
  readonly ours: readonly Sample[];
  readonly peer?: { readonly label: string; readonly samples: readonly Sample[] } | undefined;
  /** What one call moves, for GB/s. */
  readonly bytes?: number;
  readonly note?: string;
}

/** A figure of what was measured, with its peer pair by pair. */
export function compared({ label, unit, ours, peer, bytes = 0, note }: Compared): Figure {
  const measured = summarize(ours, unit, bytes);
  const theirs = peer === undefined ? undefined : { label: peer.label, ...summarize(peer.samples, unit, bytes), ...ratiosOf(ours, peer.samples) };
  // On a machine that does something else as well, this is the ratio to look at, unless the peer waits.
  const byCpu = (theirs?.cpuMs ?? Number.NaN) / (measured.cpuMs ?? Number.NaN);
  const notes = [note, Number.isNaN(byCpu) ? undefined : `by processor time ${byCpu.toFixed(byCpu < 10 ? 2 : 0)}x`].filter((text) => text !== undefined);
  return {
    label,
    unit,
    ...measured,
    ...(theirs === undefined ? {} : { peer: theirs }),
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
  };
}

function ratiosOf(ours: readonly Sample[], theirs: readonly Sample[]): Pick<Peer, 'ratios' | 'ratio'> {
  const ratios = ours.map(({ rate }, pair) => rate / (theirs[pair]?.rate ?? Number.NaN));
  return { ratios, ratio: median(ratios) };
}

/** The same for times, of which the shorter is the better one. */
export function peerOfTimes(label: string, ours: readonly number[], theirs: readonly number[]): Peer {
  const ratios = ours.map((ms, pair) => (theirs[pair] ?? Number.NaN) / ms);
  return { label, value: median(theirs), ratios, ratio: median(ratios) };
}
