import type { MaybePromise } from '../engine/values.ts';
import { asHostlingError, HostlingError } from '../errors.ts';
import { Faults } from '../faults.ts';
import type { CallSignal } from '../ports/call-signal.ts';
import { GuestExit, InstanceScope } from '../wasi/scope.ts';
import type { BoundInstance } from './bound.ts';
import type { Instances, InstancesOptions, Lease } from './instances.ts';
import type { ReadyKeeper } from './ready-share.ts';

/** How long a guest may go on after its call is over and still be used again. */
const afterwardsNs = 20_000_000n;

/** So many spares may always be there: while one guest comes to rest after its call, another takes the next. */
const fewest = 2;

/** A lease as its maker has it. */
interface OwnLease extends Lease {
  /** A call has it now. */
  use(): void;
}

/** Gives each call an instance in which no other call has left anything, within the host's budget. */
export function createFreshInstances({ component, budget, ready, clock }: InstancesOptions): Instances {
  /** Ready for a call, the last one first: its memory is the likeliest to be in the caches. */
  const spares: { readonly lease: MaybePromise<OwnLease>; readonly keeper: ReadyKeeper }[] = [];
  let inUse = 0;
  let closed = false;
  /** Whether the instance that was asked last could be brought back: then those in use are the next spares. */
  let restorable = false;

  const create = async (release: () => void): Promise<OwnLease> => {
    const scope = new InstanceScope();
    try {
      return lend(await component.instantiate(scope), scope, release);
    } catch (failure) {
      scope.close(failure);
      release();
      if (failure instanceof GuestExit) throw failure;
      throw asHostlingError(failure, 'instantiate-failed', 'the component cannot be instantiated');
    }
  };

  const lend = (instance: BoundInstance, scope: InstanceScope, release: () => void): OwnLease => {
    const faults = new Faults();
    const fail = (reason: unknown): void => faults.fail(reason);
    scope.onExit = fail;
    const unlisten = instance.onFault(fail);
    let used = false;
    const leave = (): void => {
      if (used) inUse--;
      used = false;
    };
    const end = (reason: unknown): void => {
      if (scope.closed) return;
      leave();
      unlisten();
      scope.close(reason);
      instance.dispose(reason);
      release();
      trim();
    };
    /** Keeps the instance for another call; `false` when it cannot be brought back, or is not needed. */
    const recycle = (): boolean => {
      if (scope.closed || closed || instance.restore === undefined || !hasRoom(inUse - 1)) return false;
      const next = new InstanceScope();
      if (!instance.restore(next)) {
        next.close('the instance cannot be used again');
        return false;
      }
      restorable = true;
      leave();
      unlisten();
      scope.close('the call is over');
      const lease = lend(instance, next, release);
      if (!keep(lease)) lease.end('not needed any more');
      return true;
    };
    const finish = (): void | Promise<void> => {
      if (recycle()) return;
      if (instance.idle === undefined || instance.restore === undefined || scope.closed) {
        end('the call is over');
        return;
      }
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const callOff = clock.after(afterwardsNs, resolve);
      return Promise.race([instance.idle(), late]).then(() => {
        callOff();
        if (recycle()) return;
        restorable = false;
        end('the call is over');
      });
    };
    const use = (): void => {
      inUse++;
      used = true;
    };
    return { exports: instance.exports, scope, onFault: (listener) => faults.listen(listener), use, finish, end };
  };

  /** Whether another spare is wanted, with so many calls under way. */
  const hasRoom = (calls: number): boolean => ready.hasPlaces && spares.length < Math.max(fewest, calls);

  /** No more spares than calls are under way: what a rush needed goes with it. */
  const trim = (): void => {
    while (spares.length > Math.max(fewest, inUse)) {
      const [{ keeper }] = spares as [(typeof spares)[number]];
      ready.remove(keeper);
      keeper.giveUp();
    }
  };

  /** Keeps a ready-made instance if the host has a place for it. */
  const keep = (lease: MaybePromise<OwnLease>): boolean => {
    const keeper: ReadyKeeper = {
      giveUp() {
        const at = spares.findIndex((spare) => spare.keeper === keeper);
        if (at < 0) return false;
        spares.splice(at, 1);
        letGo(lease);
        return true;
      },
    };
    if (!hasRoom(inUse) || !ready.add(keeper)) return false;
    spares.push({ lease, keeper });
    // A failure belongs to the call that takes it.
    if (lease instanceof Promise) lease.catch(() => {});
    return true;
  };

  const used = (lease: OwnLease): Lease => {
    lease.use();
    return lease;
  };
  const takeNew = async (signal: CallSignal | undefined): Promise<Lease> => used(await create(await budget.take(signal)));

  const instances: Instances = {
    take(signal) {
      if (closed) throw new HostlingError('workload-stopped', 'the workload was stopped');
      const spare = spares.pop();
      if (spare === undefined) return takeNew(signal);
      ready.remove(spare.keeper);
      if (spare.lease instanceof Promise) return spare.lease.then(used);
      return used(spare.lease);
    },
    prepareAhead() {
      if (closed || spares.length > 0 || !ready.hasPlaces || (restorable && inUse > 0)) return;
      const release = budget.tryTake();
      if (release === undefined) return;
      const lease = create(release);
      if (!keep(lease)) letGo(lease);
    },
    async warm() {
      instances.prepareAhead();
      await spares[0]?.lease;
    },
    close() {
      closed = true;
      for (const { keeper } of [...spares]) {
        ready.remove(keeper);
        keeper.giveUp();
      }
    },
  };
  return instances;
}

function letGo(lease: MaybePromise<OwnLease>): void {
  void Promise.resolve(lease).then(
    ({ end }) => end('made ahead and not needed'),
    () => {},
  );
}
