import { createWebClock } from '../../core/clock.ts';
import type { Clock } from '../../core/ports/clock.ts';

/** The environment's clock, at the finest grain it may have. */
export function createClock(): Clock {
  return createWebClock(1000n);
}

/** A clock that stands until it is told to go on. */
export interface ManualClock extends Clock {
  /** Moves both clocks; timers that fall due ring in order, each with the clock at its time. */
  advance(ns: bigint): void;
}

/** @param startNs wall time at the start, in nanoseconds since 1970 */
export function createManualClock(startNs = 0n): ManualClock {
  let nowNs = 0n;
  let timers: { due: bigint; callback: () => void }[] = [];
  return {
    wallNs: () => startNs + nowNs,
    monotonicNs: () => nowNs,
    resolutionNs: 1n,
    after(delayNs, callback) {
      const timer = { due: nowNs + (delayNs > 0n ? delayNs : 0n), callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ns) {
      const until = nowNs + ns;
      for (;;) {
        const next = timers.filter((timer) => timer.due <= until).toSorted((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0))[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        nowNs = next.due;
        next.callback();
      }
      nowNs = until;
    },
  };
}
