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
      const set = (): void => {
        const leftMs = Number(due - process.hrtime.bigint()) / 1e6;
        timer = leftMs > longestTimerMs ? setTimeout(set, longestTimerMs) : setTimeout(callback, Math.max(0, Math.ceil(leftMs)));
      };
      set();
      return () => clearTimeout(timer);
    },
  });
}
