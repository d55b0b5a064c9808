import { asHostlingError, HostlingError } from '../errors.ts';
import { GuestExit, InstanceScope } from '../wasi/scope.ts';
import type { BoundComponent } from './bound.ts';

/** One instance of a component, whose exports the program calls itself. It keeps its memory from call to call. */
export interface GuestInstance {
  /**
   * The exports: interfaces by their full name as objects of functions; functions of the world itself by their camelCase name, its resources as classes. A
   * call that traps throws the trap; the instance can be used no more then.
   */
  readonly exports: Readonly<Record<string, unknown>>;
  /**
   * Tells when the instance fails or exits, also outside a call's own promise: it runs no more. At once if it has already.
   * @returns takes the listener back
   */
  onFault(listener: (reason: unknown) => void): () => void;
  /** Lets go of the instance: calls under way, and reads of its streams and futures, fail with the reason. The second call does nothing. */
  dispose(reason?: unknown): void;
}

/**
 * Makes an instance that ends when it is let go, or fails.
 * @param leave gives back its place among the instances that may live
 * @param release lets go of what it was linked from
 * @throws HostlingError `instantiate-failed`
 */
export async function openInstance(component: BoundComponent, leave: () => void, release: () => void): Promise<GuestInstance> {
  const scope = new InstanceScope();
  try {
    const instance = await component.instantiate(scope);
    const end = (reason: unknown): void => {
      if (scope.closed) return;
      scope.close(reason);
      instance.dispose(reason);
      leave();
      release();
    };
    scope.onExit = end;
    instance.onFault(end);
    return Object.freeze({
      exports: instance.exports,
      onFault: instance.onFault,
      dispose: (reason: unknown = new HostlingError('workload-stopped', 'the instance was let go')) => end(reason),
    });
  } catch (failure) {
    scope.close(failure);
    leave();
    if (failure instanceof GuestExit) throw failure;
    throw asHostlingError(failure, 'instantiate-failed', 'the component cannot be instantiated');
  }
}
