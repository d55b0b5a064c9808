import type { InstanceScope } from './scope.ts';

/** The functions (camelCase) and resource classes of one WIT interface, in the representation of `engine/values.ts`. */
export type InterfaceImpl = Readonly<Record<string, unknown>>;

/**
 * One WIT interface of a workload, made once per workload; called once for each instance. Whatever an instance can open, wait for
 * or leave behind belongs to the scope it is given. An interface without such things may answer the same object each time.
 */
export type InterfaceFactory = (scope: InstanceScope) => InterfaceImpl;

/** WIT interface names without version (`wasi:cli/environment`) and what serves them. */
export type InterfaceTable = Readonly<Record<string, InterfaceFactory>>;
