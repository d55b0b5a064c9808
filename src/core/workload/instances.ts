import type { Component, Imports, Instance } from '../engine/engine.ts';
import { asHostlingError, HostlingError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { GuestExit, InstanceScope } from '../wasi/scope.ts';
import type { Budget } from './budget.ts';
import type { ReadyKeeper, ReadyShare } from './ready-share.ts';

/** An instance for one call. */
export interface Lease {
  readonly exports: Instance['exports'];
  readonly scope: InstanceScope;
  /** Rejects when the instance fails or exits outside the call's own promise. */
  readonly fault: Promise<never>;
  /** The call is over: the instance is brought back to its first state for another, or ends; at once, or when the guest has come to rest. */
  finish(): void | Promise<void>;
  /** Ends the instance and everything it holds; its place is free. The second call does nothing. */
  end(reason: unknown): void;
}

/** Makes the instances of one component: each call gets one in which no other call has left anything. */
export interface Instances {
  take(signal?: AbortSignal): Promise<Lease>;
  /** Makes one ahead, so that the next call need not wait for it. */
  prepareAhead(): void;
  /** The same, and waits: how a start learns that the component can be instantiated. */
  warm(): Promise<void>;
  close(): void;
}

/** What the instances of a component share. */
export interface InstancesOptions {
  /** The workload's, for messages. */
  readonly name: string;
  readonly component: Component;
  readonly importsFor: (scope: InstanceScope) => Imports;
  readonly budget: Budget;
  readonly ready: ReadyShare;
  readonly clock: Clock;
}

/** How long a guest may go on after its call is over and still be used again. */
const afterwardsNs = 20_000_000n;

/** A lease as its maker has it. */
interface OwnLease extends Lease {
  /** A call has it now. */
  use(): void;
}

/** Creates the instances of one component within the host's budget. */
export function createInstances({ name, component, importsFor, budget, ready, clock }: InstancesOptions): Instances {
  /** Ready for a call, the last one first: its memory is the likeliest to be in the caches. */
  const spares: { readonly lease: Promise<OwnLease>; readonly keeper: ReadyKeeper }[] = [];
  let inUse = 0;
  let closed = false;

  const create = async (release: () => void): Promise<OwnLease> => {
    const scope = new InstanceScope();
    try {
      return lend(await component.instantiate(importsFor(scope), name), scope, release);
    } catch (failure) {
      scope.close(failure);
      release();
      if (failure instanceof GuestExit) throw failure;
      throw asHostlingError(failure, 'instantiate-failed', 'the component cannot be instantiated');
    }
  };

  const lend = (instance: Instance, scope: InstanceScope, release: () => void): OwnLease => {
    const { promise: exited, reject: exit } = Promise.withResolvers<never>();
    exited.catch(() => {});
    scope.onExit = exit;
    const fault = Promise.race([instance.fault, exited]);
    fault.catch(() => {});
    let used = false;
    const leave = (): void => {
      if (used) inUse--;
      used = false;
    };
    const end = (reason: unknown): void => {
      if (scope.closed) return;
      leave();
      scope.close(reason);
      instance.dispose();
      release();
      trim();
    };
    /** Keeps the instance for another call; `false` when it cannot be brought back, or is not needed. */
    const recycle = (): boolean => {
      if (scope.closed || closed || instance.restore === undefined || !hasRoom(inUse - 1)) return false;
      const next = new InstanceScope();
      if (!instance.restore(importsFor(next))) {
        next.close('the instance cannot be used again');
        return false;
      }
      leave();
      scope.close('the call is over');
      const lease = lend(instance, next, release);
      if (!keep(Promise.resolve(lease))) lease.end('not needed any more');
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
        if (!recycle()) end('the call is over');
      });
    };
    const use = (): void => {
      inUse++;
      used = true;
    };
    return { exports: instance.exports, scope, fault, use, finish, end };
  };

  /** Whether another spare is wanted, with so many calls under way. */
  const hasRoom = (calls: number): boolean => ready.hasPlaces && spares.length < Math.max(1, calls);

  /** No more spares than calls are under way, and one: what a rush needed goes with it. */
  const trim = (): void => {
    while (spares.length > Math.max(1, inUse)) {
      const [{ keeper }] = spares as [(typeof spares)[number]];
      ready.remove(keeper);
      keeper.giveUp();
    }
  };

  /** Keeps a ready-made instance if the host has a place for it. */
  const keep = (lease: Promise<OwnLease>): boolean => {
    const keeper: ReadyKeeper = {
      giveUp() {
        const at = spares.findIndex((spare) => spare.keeper === keeper);
        if (at < 0) return false;
        spares.splice(at, 1);
        lease.then(
          ({ end }) => end('made ahead and not needed'),
          () => {},
        );
        return true;
      },
    };
    if (!hasRoom(inUse) || !ready.add(keeper)) return false;
    spares.push({ lease, keeper });
    // A failure belongs to the call that takes it.
    lease.catch(() => {});
    return true;
  };

  const instances: Instances = {
    async take(signal) {
      if (closed) throw new HostlingError('workload-stopped', 'the workload was stopped');
      const spare = spares.pop();
      if (spare !== undefined) ready.remove(spare.keeper);
      const lease = await (spare?.lease ?? create(await budget.take(signal)));
      lease.use();
      return lease;
    },
    prepareAhead() {
      if (closed || spares.length > 0 || !ready.hasPlaces) return;
      const release = budget.tryTake();
      if (release === undefined) return;
      const lease = create(release);
      if (!keep(lease))
        void lease.then(
          ({ end }) => end('not needed any more'),
          () => {},
        );
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
