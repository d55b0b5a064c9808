import type { Clock } from '../../core/ports/clock.ts';

/** The longest delay a timer takes; longer waits are made of several. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clocks. */
export function createClock(): Clock {
  return Object.freeze({
    wallNs: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6)),
    monotonicNs: () => process.hrtime.bigint(),
    resolutionNs: 1n,
    after(delayNs: bigint, callback: () => void) {
      const due = process.hrtime.bigint() + delayNs;
      let timer: NodeJS.Timeout;
      const set = (leftMs: number): void => {
        timer = setTimeout(ring, Math.min(longestTimerMs, Math.max(0, Math.ceil(leftMs))));
      };
      // Timers go by a clock of their own and may ring up to a millisecond before this one says so.
      const ring = (): void => {
        const leftMs = Number(due - process.hrtime.bigint()) / 1e6;
        if (leftMs > 0) set(leftMs);
        else callback();
      };
      set(Number(delayNs) / 1e6);
      return () => clearTimeout(timer);
    },
  });
}
