/** How many calls share an instance that is reused. */
export interface Reuse {
  /** Instances that keep their memory between calls. */
  readonly poolSize: number;
  /** Calls that one of them takes at once. */
  readonly maxConcurrency: number;
}

/** One instance that stays, for so many calls at once: what a workload asks for instead of a fresh instance for each call. */
export function reusing(maxConcurrency: number): Reuse {
  return { poolSize: 1, maxConcurrency };
}
