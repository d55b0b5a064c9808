import { asHostlingError, HostlingError } from '../errors.ts';
import { Faults } from '../faults.ts';
import { GuestExit, InstanceScope } from '../wasi/scope.ts';
import type { Instances, InstancesOptions, Lease, PoolOptions } from './instances.ts';

/** A warm instance: what it remembers, the next call finds. */
interface Warm {
  readonly exports: Lease['exports'];
  readonly scope: InstanceScope;
  readonly faults: Faults;
  end(reason: unknown): void;
}

/** A place in the pool, from the moment its instance is begun. */
interface Place {
  warm: Warm | Promise<Warm>;
  /** Calls under way, and all there were. */
  calls: number;
  served: number;
  /** Takes no more calls, and ends with the last of those it has. */
  retiring: boolean;
}

/**
 * Keeps up to `poolSize` instances from call to call. A call that finds all of them busy has a fresh instance for itself. An instance that failed, whose
 * call was broken off, or that has served its number of calls, is replaced by the next call.
 */
export function createPooledInstances({ component, budget }: InstancesOptions, pool: PoolOptions, fresh: Instances): Instances {
  const places = new Set<Place>();
  let closed = false;

  const make = async (release: () => void, onFault: () => void): Promise<Warm> => {
    const scope = new InstanceScope();
    try {
      const { exports, onFault: listen, dispose } = await component.instantiate(scope);
      const faults = new Faults();
      const fail = (reason: unknown): void => {
        onFault();
        faults.fail(reason);
      };
      scope.onExit = fail;
      const unlisten = listen(fail);
      const end = (reason: unknown): void => {
        if (scope.closed) return;
        unlisten();
        scope.close(reason);
        dispose(reason);
        release();
      };
      return { exports, scope, faults, end };
    } catch (failure) {
      scope.close(failure);
      release();
      if (failure instanceof GuestExit) throw failure;
      throw asHostlingError(failure, 'instantiate-failed', 'the component cannot be instantiated');
    }
  };

  const retire = (place: Place): void => {
    place.retiring = true;
    places.delete(place);
  };
  const endIfIdle = (place: Place): void => {
    if (place.calls === 0 && place.retiring && !(place.warm instanceof Promise)) place.warm.end('the instance was retired');
  };

  /** A place that can take a call now, else a new one while there is room. */
  const find = (): Place | undefined => {
    for (const place of places) if (place.calls < pool.maxConcurrency) return place;
    if (places.size >= pool.poolSize) return undefined;
    const release = budget.tryTake();
    if (release === undefined) return undefined;
    const place: Place = {
      warm: make(release, () => {
        retire(place);
        endIfIdle(place);
      }),
      calls: 0,
      served: 0,
      retiring: false,
    };
    places.add(place);
    void (place.warm as Promise<Warm>).then(
      (warm) => {
        place.warm = warm;
        endIfIdle(place);
      },
      // The calls that wait for it hear of it.
      () => places.delete(place),
    );
    return place;
  };

  const lend = (place: Place, warm: Warm): Lease => {
    let open = true;
    const leave = (): boolean => {
      if (!open) return false;
      open = false;
      place.calls--;
      return true;
    };
    return {
      exports: warm.exports,
      scope: warm.scope,
      onFault: (listener) => warm.faults.listen(listener),
      finish() {
        if (leave()) endIfIdle(place);
      },
      end(reason) {
        if (!leave()) return;
        retire(place);
        // Other calls in the same instance go on; it ends with the last of them.
        if (place.calls === 0) warm.end(reason);
      },
    };
  };

  const instances: Instances = {
    take(signal) {
      if (closed) throw new HostlingError('workload-stopped', 'the workload was stopped');
      const place = find();
      if (place === undefined) return fresh.take(signal);
      place.calls++;
      if (++place.served === pool.maxInvocations) retire(place);
      const { warm } = place;
      if (!(warm instanceof Promise)) return lend(place, warm);
      return warm.then(
        (made) => lend(place, made),
        (failure: unknown) => {
          place.calls--;
          throw failure;
        },
      );
    },
    prepareAhead() {
      if (!closed && places.size === 0) find();
    },
    async warm() {
      instances.prepareAhead();
      for (const place of places) await place.warm;
    },
    close() {
      closed = true;
      fresh.close();
      for (const place of [...places]) {
        retire(place);
        endIfIdle(place);
      }
    },
  };
  return instances;
}
