/** Cryptographically secure random bytes. `fill` MUST fill the whole array, whatever its size. */
export interface Entropy {
  fill(bytes: Uint8Array): void;
}
