import type { Figure } from './figure.ts';
import { fitSlope, type Slope } from './stats.ts';

/** Asks a subject to watch its memory over rounds of calls. */
export interface HeapQuestion {
  readonly kind: 'heap';
  readonly rounds: number;
  readonly calls: number;
}

/** What a process saw of its memory. */
export interface HeapRun {
  /**
   * Bytes after so many calls and a full collection: `heap` of JavaScript without `code`, which is what was
   * compiled of it, and `outside` of memories and buffers.
   */
  readonly points: { calls: number; heap: number; code: number; outside: number }[];
  /** Resident bytes after the first round and at the end. */
  readonly rssStart: number;
  readonly rssEnd: number;
}

/** The rounds until caches are filled and code is compiled. */
const warmUpRounds = 4;
/** What a heap may differ by from one collection to another, over all calls. */
const noiseBytes = 200_000;

/** Whether memory grows with the number of calls, in JavaScript's heap and outside of it. */
export function heapFigures(label: string, { points, rssStart, rssEnd }: HeapRun): Figure[] {
  const late = points.slice(warmUpRounds);
  const code = `compiled code ${megabytes(late[0]?.code ?? 0)}, at the end ${megabytes(points.at(-1)?.code ?? 0)}`;
  const rss = `RSS ${megabytes(rssStart)} after the first round, ${megabytes(rssEnd)} at the end`;
  const calls = points.at(-1)?.calls ?? 0;
  const flatBytes = noiseBytes / calls;
  const figure = (what: string, { slope, margin }: Slope, note: string): Figure => ({
    label: `${label}, ${calls} calls, ${what}`,
    unit: 'B/call',
    value: slope,
    goal: { text: `0, or not to be told from it (${flatBytes.toFixed(0)})`, met: slope < flatBytes || slope < margin },
    note: `±${margin.toFixed(1)} (95 %)${note}`,
  });
  return [
    figure('heap', fitSlope(late.map(({ calls, heap }) => [calls, heap] as const)), `; ${code}; ${rss}`),
    figure('outside the heap', fitSlope(late.map(({ calls, outside }) => [calls, outside] as const)), ''),
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
