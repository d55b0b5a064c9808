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
      const set = (): void => {
        const leftMs = Number(due - monotonicNs()) / 1e6;
        timer = leftMs > longestTimerMs ? setTimeout(set, longestTimerMs) : setTimeout(callback, Math.max(0, Math.ceil(leftMs)));
      };
      set();
      return () => clearTimeout(timer);
    },
  });
}
