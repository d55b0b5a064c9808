import { cancellable } from '../../engine/values.ts';
import type { Clock } from '../../ports/clock.ts';
import type { InterfaceTable } from '../interface.ts';
import type { InstanceScope } from '../scope.ts';

const nsPerSecond = 1_000_000_000n;

/** Nanoseconds since the epoch as the record of seconds and nanoseconds that both previews use. */
export function toDatetime(ns: bigint): { seconds: bigint; nanoseconds: number } {
  let seconds = ns / nsPerSecond;
  let rest = ns % nsPerSecond;
  if (rest < 0n) {
    seconds -= 1n;
    rest += nsPerSecond;
  }
  return { seconds, nanoseconds: Number(rest) };
}

/** Resolves after the time is over, or when the instance ends or the guest cancels, with no timer left behind. */
function wait(clock: Clock, delayNs: bigint, scope: InstanceScope): Promise<void> | undefined {
  if (delayNs <= 0n) return undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  const callOff = clock.after(delayNs, () => {
    release();
    resolve();
  });
  const end = (): void => {
    release();
    callOff();
    resolve();
  };
  const release = scope.hold(end);
  return cancellable(promise, end);
}

/** `wasi:clocks` 0.3 */
export function createClocks(clock: Clock): InterfaceTable {
  const systemClock = {
    /** `now: func() -> instant` */
    now: () => toDatetime(clock.wallNs()),
    /** `get-resolution: func() -> duration` */
    getResolution: () => clock.resolutionNs,
  };
  const types = {};
  return {
    'wasi:clocks/types': () => types,
    'wasi:clocks/system-clock': () => systemClock,
    'wasi:clocks/monotonic-clock': (scope) => ({
      /** `now: func() -> mark` */
      now: () => clock.monotonicNs(),
      /** `get-resolution: func() -> duration` */
      getResolution: () => clock.resolutionNs,
      /** `wait-until: async func(when: mark)` */
      waitUntil: (when: bigint) => wait(clock, when - clock.monotonicNs(), scope),
      /** `wait-for: async func(how-long: duration)` */
      waitFor: (howLong: bigint) => wait(clock, howLong, scope),
    }),
  };
}
