/** Tells of the failure of something that several calls use; who listens later is told at once. */
export class Faults {
  readonly #listeners = new Set<(reason: unknown) => void>();
  #failure: { readonly reason: unknown } | undefined;

  /** Only the first failure counts. */
  fail(reason: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { reason };
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener(reason);
  }

  /** @returns takes the listener back */
  listen(listener: (reason: unknown) => void): () => void {
    if (this.#failure !== undefined) {
      listener(this.#failure.reason);
      return () => {};
    }
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
