/**
 * Time. Wall time may jump; monotonic time never goes back and has no meaning outside the host. Both in nanoseconds.
 * `after` calls back once, not before the time is over; the function it answers with calls it off and is idempotent.
 * A timer MUST NOT keep an otherwise finished program alive only because nobody called it off: the owner does.
 */
export interface Clock {
  wallNs(): bigint;
  monotonicNs(): bigint;
  /** The smallest step the clocks make, in nanoseconds. */
  readonly resolutionNs: bigint;
  after(delayNs: bigint, callback: () => void): () => void;
}
