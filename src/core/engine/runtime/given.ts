/** What the host gave and is told when no guest can have it any more: one in a list. */
export interface Given {
  before: Given | undefined;
  after: Given | undefined;
  abandon(reason: unknown): void;
}

/**
 * The host's streams and futures that the guests of a store have, and that have not come to their end. Every request has some: they are linked with one
 * another, which costs far less than a set.
 */
export class GivenList {
  #first: Given | undefined;

  add(given: Given): void {
    const first = this.#first;
    given.after = first;
    if (first !== undefined) first.before = given;
    this.#first = given;
  }
  /** Does nothing when it is not there. */
  remove(given: Given): void {
    const { before, after } = given;
    if (before !== undefined) before.after = after;
    else if (this.#first === given) this.#first = after;
    if (after !== undefined) after.before = before;
    given.before = undefined;
    given.after = undefined;
  }
  /** Tells all of them. */
  abandon(reason: unknown): void {
    for (let given = this.#first; given !== undefined; given = this.#first) {
      this.remove(given);
      abandon(given, reason);
    }
  }
}

/** Tells whoever gave it. Nobody has it any more, so nobody is told what its end fails with. */
export function abandon(given: Given, reason: unknown): void {
  try {
    given.abandon(reason);
  } catch {}
}
