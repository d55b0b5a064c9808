import { seededRandom } from './mutate.ts';

/** Choices that look random and are the same for the same seed. */
export class Random {
  readonly #below: (below: number) => number;

  constructor(seed: number) {
    this.#below = seededRandom(seed);
  }
  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    return this.#below(count);
  }
  /** Whether something of this probability happens. */
  chance(probability: number): boolean {
    return this.#below(1_000_000) < probability * 1_000_000;
  }
  pick<T>(items: readonly T[]): T {
    const item = items[this.#below(items.length)];
    if (items.length === 0) throw new Error('there is nothing to pick from');
    return item as T;
  }
  /** One of the items, each as probable as its weight. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let rest = this.#below(items.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, item] of items) {
      rest -= weight;
      if (rest < 0) return item;
    }
    throw new Error('there is nothing to pick from');
  }
}
