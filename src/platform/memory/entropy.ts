import type { Entropy } from '../../core/ports/entropy.ts';

export { webEntropy as entropy } from '../../core/entropy.ts';

/** Bytes that are the same for the same seed: for tests, never for secrets. */
export function createSeededEntropy(seed: number): Entropy {
  let state = seed >>> 0;
  // Mulberry32: short, and good enough to look random.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return { fill: (bytes) => bytes.forEach((_byte, index) => void (bytes[index] = next() & 0xff)) };
}
