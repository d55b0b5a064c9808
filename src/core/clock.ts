import type { Clock } from './ports/clock.ts';

/** The longest delay a timer takes; longer waits are made of several. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * A clock over the web's `performance` and timers. `resolutionNs` says how coarse they are: browsers and Workers round them on purpose.
 */
export function createWebClock(resolutionNs: bigint): Clock {
  const monotonicNs = (): bigint => BigInt(Math.round(performance.now() * 1e6));
  return Object.freeze({
    wallNs: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6)),
    monotonicNs,
    resolutionNs,
    after(delayNs: bigint, callback: () => void) {
      const due = monotonicNs() + delayNs;
      let timer: unknown;
      const set = (leftMs: number): void => {
        timer = setTimeout(ring, Math.min(longestTimerMs, Math.max(0, Math.ceil(leftMs))));
      };
      // Timers go by a clock of their own and may ring up to a millisecond before this one says so.
      const ring = (): void => {
        const leftMs = Number(due - monotonicNs()) / 1e6;
        if (leftMs > 0) set(leftMs);
        else callback();
      };
      set(Number(delayNs) / 1e6);
      return () => clearTimeout(timer);
    },
  });
}
