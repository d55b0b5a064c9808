/** How much one instance of a component may take of its host. Every limit is checked where it would be passed, and says so there. */
export interface Limits {
  /**
   * The most bytes of linear memory, all memories of the component together. `memory.grow` answers -1 in the guest at the limit. A component that begins
   * with more is refused. Absent: what its modules say.
   */
  readonly memoryBytes?: number;
  /** The most handles in each component's table: resources, subtasks, ends of streams and futures, waitable sets. The guest traps. */
  readonly handles: number;
  /** The most bytes of strings and lists in one call, in or out: a guest that names more traps, a host that gives more is refused. */
  readonly callBytes: number;
  /** The most bytes that the host takes of a stream at a time; the rest stays with the guest. */
  readonly streamBytes: number;
  /** The most calls that have begun and are not over, all components of the instance together: another from outside is refused, from inside it traps. */
  readonly tasks: number;
}

/** What nobody comes near who does what he should. */
export const defaultLimits: Limits = { handles: 1_000_000, callBytes: 2 ** 28 - 1, streamBytes: 2 ** 24, tasks: 100_000 };
