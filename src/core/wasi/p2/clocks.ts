import type { Clock } from '../../ports/clock.ts';
import type { InterfaceTable } from '../interface.ts';
import { toDatetime } from '../p3/clocks.ts';
import type { InstanceScope } from '../scope.ts';
import { Pollable } from './io.ts';

/** A pollable that is ready from an instant on. Its timer starts with the first wait and ends with the pollable or the instance. */
function pollableAt(clock: Clock, when: bigint, scope: InstanceScope): Pollable {
  let waiting: Promise<void> | undefined;
  let drop = (): void => {};
  const start = (): Promise<void> =>
    new Promise((resolve) => {
      const callOff = clock.after(when - clock.monotonicNs(), () => {
        release();
        resolve();
      });
      const release = scope.hold(callOff);
      drop = () => {
        release();
        callOff();
      };
    });
  return new Pollable({
    ready: () => clock.monotonicNs() >= when,
    // A timer that rings early (their grain is coarser than the clock's) is set again.
    wait: () => (waiting ??= start().then(() => void (waiting = undefined))),
    drop: () => drop(),
  });
}

/** `wasi:clocks` 0.2 */
export function createClocksP2(clock: Clock): InterfaceTable {
  const wallClock = {
    /** `now: func() -> datetime` */
    now: () => toDatetime(clock.wallNs()),
    /** `resolution: func() -> datetime` */
    resolution: () => toDatetime(clock.resolutionNs),
  };
  return {
    'wasi:clocks/wall-clock': () => wallClock,
    'wasi:clocks/monotonic-clock': (scope) => ({
      /** `now: func() -> instant` */
      now: () => clock.monotonicNs(),
      /** `resolution: func() -> duration` */
      resolution: () => clock.resolutionNs,
      /** `subscribe-instant: func(when: instant) -> pollable` */
      subscribeInstant: (when: bigint) => pollableAt(clock, when, scope),
      /** `subscribe-duration: func(when: duration) -> pollable` */
      subscribeDuration: (howLong: bigint) => pollableAt(clock, clock.monotonicNs() + howLong, scope),
    }),
  };
}
