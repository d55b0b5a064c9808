import type { Instance } from '../engine/engine.ts';
import type { MaybePromise } from '../engine/values.ts';
import type { CallSignal } from '../ports/call-signal.ts';
import type { Clock } from '../ports/clock.ts';
import type { InstanceScope } from '../wasi/scope.ts';
import type { BoundComponent } from './bound.ts';
import type { Budget } from './budget.ts';
import { createFreshInstances } from './fresh-instances.ts';
import { createPooledInstances } from './pooled-instances.ts';
import type { ReadyShare } from './ready-share.ts';

/** An instance for one call. */
export interface Lease {
  readonly exports: Instance['exports'];
  readonly scope: InstanceScope;
  /** Tells when the instance fails or exits, also outside the call's own promise; the answer takes the listener back. */
  onFault(listener: (reason: unknown) => void): () => void;
  /** The call is over: the instance goes on to the next, or ends; at once, or when the guest has come to rest. */
  finish(): void | Promise<void>;
  /** The call is broken off: whatever may still run of it must not meet another call. The second call does nothing. */
  end(reason: unknown): void;
}

/** Has an instance of one component for each call. */
export interface Instances {
  /** @throws HostlingError `overloaded`, `cancelled`, `workload-stopped`, `instantiate-failed` */
  take(signal?: CallSignal): MaybePromise<Lease>;
  /** Makes one ahead, so that the next call need not wait for it. */
  prepareAhead(): void;
  /** The same, and waits: how a start learns that the component can be instantiated. */
  warm(): Promise<void>;
  close(): void;
}

/** How instances are used: wasmCloud's `poolSize`, `maxInvocations` and `maxConcurrency`. */
export interface PoolOptions {
  /** How many instances keep their memory between calls; 0: none, each call has a fresh one. */
  readonly poolSize: number;
  /** After how many calls such an instance is retired; 0: never. */
  readonly maxInvocations: number;
  /** How many calls one may have at a time. */
  readonly maxConcurrency: number;
}

/** What the instances of a component share. */
export interface InstancesOptions {
  readonly component: BoundComponent;
  readonly budget: Budget;
  readonly ready: ReadyShare;
  readonly clock: Clock;
}

/** Creates the instances of one component: a fresh one for each call, or a pool with fresh ones behind it. */
export function createInstances(options: InstancesOptions, pool: PoolOptions): Instances {
  const fresh = createFreshInstances(options);
  return pool.poolSize > 0 ? createPooledInstances(options, pool, fresh) : fresh;
}
