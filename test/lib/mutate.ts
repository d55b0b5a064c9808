/** Numbers that look random and are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Mutation = (bytes: Uint8Array, random: (below: number) => number) => Uint8Array;

function join(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const flipBits: Mutation = (bytes, random) => {
  const changed = new Uint8Array(bytes);
  for (let count = 1 + random(4); count > 0; count--) {
    const at = 8 + random(changed.length - 8);
    changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
  }
  return changed;
};

const truncate: Mutation = (bytes, random) => new Uint8Array(bytes.subarray(0, random(bytes.length)));

const insert: Mutation = (bytes, random) => {
  const at = 8 + random(bytes.length - 8);
  const added = Uint8Array.from({ length: 1 + random(8) }, () => random(256));
  return join(bytes.subarray(0, at), added, bytes.subarray(at));
};

const remove: Mutation = (bytes, random) => {
  const at = 8 + random(bytes.length - 8);
  const end = Math.min(bytes.length, at + 1 + random(16));
  return join(bytes.subarray(0, at), bytes.subarray(end));
};

/** Overwrites the size of one of the outermost sections. */
const resizeSection: Mutation = (bytes, random) => {
  const sizes: number[] = [];
  for (let at = 8; at < bytes.length;) {
    const sizeAt = at + 1;
    let size = 0;
    let shift = 0;
    for (at = sizeAt; at < bytes.length;) {
      const byte = bytes[at++] ?? 0;
      size += (byte & 0x7f) * 2 ** shift;
      shift += 7;
      if ((byte & 0x80) === 0) break;
    }
    sizes.push(sizeAt);
    at += size;
  }
  const changed = new Uint8Array(bytes);
  const at = sizes[random(sizes.length)] ?? 9;
  changed[at] = random(2) === 0 ? random(256) : ((changed[at] ?? 0) + 1 + random(3)) & 0xff;
  return changed;
};

const mutations = [flipBits, flipBits, truncate, insert, remove, resizeSection];

/** A damaged copy of some bytes. */
export function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  return mutations[random(mutations.length)]?.(bytes, random) ?? bytes;
}
