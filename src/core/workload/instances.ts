import type { Component, Imports, Instance } from '../engine/engine.ts';
import { asHostlingError, HostlingError } from '../errors.ts';
import { GuestExit, InstanceScope } from '../wasi/scope.ts';
import type { Budget } from './budget.ts';
import type { ReadyShare } from './ready-share.ts';

/** An instance for one call. */
export interface Lease {
  readonly exports: Instance['exports'];
  readonly scope: InstanceScope;
  /** Rejects when the instance fails or exits outside the call's own promise. */
  readonly fault: Promise<never>;
  /** Ends the instance and everything it holds; its place is free. The second call does nothing. */
  end(reason: unknown): void;
}

/** Makes the instances of one component: each call gets one that nobody used before. */
export interface Instances {
  take(signal?: AbortSignal): Promise<Lease>;
  /** Makes one ahead, so that the next call need not wait for it. */
  prepareAhead(): void;
  /** The same, and waits: how a start learns that the component can be instantiated. */
  warm(): Promise<void>;
  /** Gives up the instance made ahead; answers whether there was one. */
  giveUp(): boolean;
  close(): void;
}

/** Creates the instances of one component within the host's budget. */
export function createInstances(component: Component, importsFor: (scope: InstanceScope) => Imports, budget: Budget, ready: ReadyShare): Instances {
  let ahead: Promise<Lease> | undefined;
  let closed = false;

  const create = async (release: () => void): Promise<Lease> => {
    const scope = new InstanceScope();
    const { promise: exited, reject: exit } = Promise.withResolvers<never>();
    exited.catch(() => {});
    scope.onExit = exit;
    try {
      const instance = await component.instantiate(importsFor(scope));
      const fault = Promise.race([instance.fault, exited]);
      fault.catch(() => {});
      const end = (reason: unknown): void => {
        if (scope.closed) return;
        scope.close(reason);
        instance.dispose();
        release();
      };
      return { exports: instance.exports, scope, fault, end };
    } catch (failure) {
      scope.close(failure);
      release();
      if (failure instanceof GuestExit) throw failure;
      throw asHostlingError(failure, 'instantiate-failed', 'the component cannot be instantiated');
    }
  };

  const takeAhead = (): Promise<Lease> | undefined => {
    const lease = ahead;
    if (lease === undefined) return undefined;
    ahead = undefined;
    ready.remove(instances);
    return lease;
  };

  const instances: Instances = {
    async take(signal) {
      if (closed) throw new HostlingError('workload-stopped', 'the workload was stopped');
      return takeAhead() ?? create(await budget.take(signal));
    },
    prepareAhead() {
      if (closed || ahead !== undefined || !ready.add(instances)) return;
      const release = budget.tryTake();
      if (release === undefined) {
        ready.remove(instances);
        return;
      }
      ahead = create(release);
      // A failure belongs to the call that takes it.
      ahead.catch(() => {});
    },
    async warm() {
      instances.prepareAhead();
      await ahead;
    },
    giveUp() {
      const lease = takeAhead();
      lease?.then(
        ({ end }) => end('made ahead and not needed'),
        () => {},
      );
      return lease !== undefined;
    },
    close() {
      closed = true;
      instances.giveUp();
    },
  };
  return instances;
}
