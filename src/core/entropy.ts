import type { Entropy } from './ports/entropy.ts';

/** The most bytes `crypto.getRandomValues` fills at once. */
const atOnce = 65_536;

/** The web's cryptographic random numbers. */
export const webEntropy: Entropy = Object.freeze({
  fill(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += atOnce) crypto.getRandomValues(bytes.subarray(at, at + atOnce));
  },
});
