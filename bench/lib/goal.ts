import type { Figure, Goal } from './figure.ts';

/** What a figure has to reach; all of it. */
export interface Limits {
  /** In the figure's unit. */
  readonly atMost?: number;
  readonly atLeast?: number;
  /** Times better than the peer. */
  readonly ratio?: number;
  readonly p99Ms?: number;
}

/** A figure with its goal. */
export function withGoal(figure: Figure, { atMost, atLeast, ratio, p99Ms }: Limits): Figure {
  const { value, unit, peer } = figure;
  const goals: (Goal | undefined)[] = [
    atMost === undefined ? undefined : { text: `<= ${atMost} ${unit}`, met: value <= atMost },
    atLeast === undefined ? undefined : { text: `>= ${atLeast} ${unit}`, met: value >= atLeast },
    // A figure measured without latencies, or without a peer, is not held to a goal for them.
    p99Ms === undefined || figure.p99Ms === undefined ? undefined : { text: `p99 <= ${p99Ms * 1000} µs`, met: figure.p99Ms <= p99Ms },
    ratio === undefined || peer === undefined ? undefined : { text: `>= ${ratio}x`, met: peer.ratio >= ratio },
  ];
  const named = goals.filter((goal) => goal !== undefined);
  if (named.length === 0) return figure;
  return { ...figure, goal: { text: named.map(({ text }) => text).join(', '), met: named.every(({ met }) => met) } };
}
