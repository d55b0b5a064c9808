import { HostlingError } from '../errors.ts';
import type { CallSignal } from '../ports/call-signal.ts';

/**
 * How many instances may live at once on this host. Browsers allow a page about 125 memories, so instances are counted, and calls wait
 * for their turn instead of failing. Waiting has a bound too: behind it a call is refused.
 */
export interface Budget {
  /**
   * Takes one place, waiting for it if need be; the answer gives it back and is idempotent.
   * @throws HostlingError `overloaded` when too many wait already, `cancelled` when the signal aborts first
   */
  take(signal?: CallSignal): Promise<() => void>;
  /** Takes a place if one is free and nobody waits. */
  tryTake(): (() => void) | undefined;
}

/** @param spare is asked to give a place back when a call has to wait; answers whether it did */
export function createBudget(places: number, longestQueue: number, spare: () => boolean): Budget {
  let free = places;
  const queue: (() => void)[] = [];

  const place = (): (() => void) => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = queue.shift();
      if (next === undefined) free++;
      else next();
    };
  };
  const tryTake = (): (() => void) | undefined => {
    if (free === 0) return undefined;
    free--;
    return place();
  };

  return {
    tryTake,
    async take(signal) {
      const now = tryTake() ?? (spare() ? tryTake() : undefined);
      if (now !== undefined) return now;
      if (queue.length >= longestQueue) {
        throw new HostlingError('overloaded', `all ${places} instances are in use and ${queue.length} calls wait already`);
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = (): void => {
        const at = queue.indexOf(resolve);
        if (at >= 0) queue.splice(at, 1);
        reject(new HostlingError('cancelled', 'the caller gave up while waiting for an instance', { cause: signal?.reason }));
      };
      queue.push(resolve);
      signal?.addEventListener('abort', abort, { once: true });
      await promise.finally(() => signal?.removeEventListener('abort', abort));
      return place();
    },
  };
}
