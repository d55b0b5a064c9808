/** How much one instance of a component may take of its host. Every limit is checked where it would be passed, and says so there. */
export interface Limits {
  /** The most handles in each component's table: resources, subtasks, ends of streams and futures, waitable sets. The guest traps. */
  readonly handles: number;
  /**
   * The most bytes of strings and lists that one crossing carries, in or out, with what their elements take in JavaScript. A list of lists may name the same
   * memory many times over, and a million empty ones are little to a guest: without a bound it would take all memory of the host. The guest traps.
   */
  readonly callBytes: number;
  /** The most bytes that the host takes of a stream at a time; the rest stays with the guest. */
  readonly streamBytes: number;
  /** The most calls that have begun and are not over, all components of the instance together: another from outside is refused, from inside it traps. */
  readonly tasks: number;
}

/** What nobody comes near who does what he should. */
export const defaultLimits: Limits = { handles: 1_000_000, callBytes: 2 ** 28, streamBytes: 2 ** 24, tasks: 100_000 };
