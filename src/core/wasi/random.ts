import type { Entropy } from '../ports/entropy.ts';
import type { InterfaceTable } from './interface.ts';

/** The most bytes one call gives; a guest that asks for more gets a trap instead of the host's memory. */
const mostBytes = 16 * 1024 * 1024;

/** `wasi:random` 0.2 and 0.3, which differ in the name of one function. The insecure variants are as good as the secure ones. */
export function createRandom(entropy: Entropy): InterfaceTable {
  const bytes = (length: bigint): Uint8Array => {
    if (length > BigInt(mostBytes)) throw new Error(`wasi:random: ${length} bytes asked for at once, at most ${mostBytes} are given`);
    const filled = new Uint8Array(Number(length));
    entropy.fill(filled);
    return filled;
  };
  const u64 = (): bigint => {
    const eight = bytes(8n);
    return new DataView(eight.buffer).getBigUint64(0);
  };
  const random = { getRandomBytes: bytes, getRandomU64: u64 };
  const insecure = { getInsecureRandomBytes: bytes, getInsecureRandomU64: u64 };
  // Asked twice, the seed is the same: a guest may build a hash map's order on it.
  let value: [bigint, bigint] | undefined;
  const seed = (): [bigint, bigint] => (value ??= [u64(), u64()]);
  const insecureSeed = { insecureSeed: seed, getInsecureSeed: seed };
  return {
    'wasi:random/random': () => random,
    'wasi:random/insecure': () => insecure,
    'wasi:random/insecure-seed': () => insecureSeed,
  };
}
