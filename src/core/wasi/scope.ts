/** Thrown through the guest when it asks to exit: its instance ends there, the code is the answer of the call. */
export class GuestExit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`the guest exited with code ${exitCode}`);
    this.name = 'GuestExit';
    this.exitCode = exitCode;
  }
}

/**
 * What one instance holds of the host: open files, requests under way, timers. Resources register how to let go of themselves;
 * when the instance ends, whatever the guest did not drop is released, with the reason.
 */
export class InstanceScope {
  readonly #held = new Set<(reason: unknown) => void>();
  #reason: unknown;
  #closed = false;
  #onExit: ((exit: GuestExit) => void) | undefined;

  /** Output on its way that outlives the call which began it; the owner waits for it before the instance ends. */
  readonly lingering: Set<Promise<unknown>> = new Set();

  #failures: unknown[] | undefined;

  /** What releases threw since this was asked last; the owner logs it. */
  takeFailures(): readonly unknown[] {
    const failures = this.#failures ?? [];
    this.#failures = undefined;
    return failures;
  }

  /** Whether the instance has ended. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Who is told when the guest exits; the exit is also thrown through the guest, which may be slow to arrive. */
  set onExit(listener: (exit: GuestExit) => void) {
    this.#onExit = listener;
  }

  /** Ends the guest: never returns. */
  exit(exitCode: number): never {
    const exit = new GuestExit(exitCode);
    this.#onExit?.(exit);
    throw exit;
  }

  /**
   * Calls `release` when the instance ends, at once if it already has.
   * @returns takes the registration back, for a resource that was dropped in time
   */
  hold(release: (reason: unknown) => void): () => void {
    if (this.#closed) {
      release(this.#reason);
      return () => {};
    }
    this.#held.add(release);
    return () => this.#held.delete(release);
  }

  /** Ends the instance's hold on everything; the second call does nothing. A release that throws does not stop the others. */
  close(reason: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reason = reason;
    for (const release of this.#held) {
      try {
        release(reason);
      } catch (failure) {
        (this.#failures ??= []).push(failure);
      }
    }
    this.#held.clear();
  }
}
