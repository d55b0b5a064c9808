import { randomFillSync } from 'node:crypto';
import type { Entropy } from '../../core/ports/entropy.ts';

/** The operating system's random numbers. */
export const entropy: Entropy = Object.freeze({ fill: (bytes: Uint8Array) => void randomFillSync(bytes) });
