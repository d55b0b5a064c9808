import type { InterfaceFactory } from '../../src/core/wasi/interface.ts';

/** An interface that every sample guest imports, made so that the instances that hold it can be counted. */
export interface InstanceCount {
  readonly interfaces: Readonly<Record<string, InterfaceFactory>>;
  /** How many instances live that were made since {@link InstanceCount.reset}, less those that ended. */
  live(): number;
  /** Forgets what was counted: a start looks at the interface without an instance. */
  reset(): void;
}

/** Counts the instances of a workload by the environment they are linked with. */
export function countInstances(env: Readonly<Record<string, string>> = {}): InstanceCount {
  let live = 0;
  const environment: InterfaceFactory = (scope) => {
    live++;
    scope.hold(() => live--);
    return { getEnvironment: () => Object.entries(env), getArguments: () => [], initialCwd: () => undefined, getInitialCwd: () => undefined };
  };
  return {
    interfaces: { 'wasi:cli/environment@0.2.12': environment },
    live: () => live,
    reset: () => void (live = 0),
  };
}
