import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Things to end when a measurement is over, last first, also when it fails. */
export interface Cleanup {
  /** A new empty folder. */
  folder(): Promise<string>;
  /** Keeps what will be ended. */
  keep<T extends { end(): Promise<void> }>(thing: Promise<T>): Promise<T>;
}

/** Measures with things that are ended afterwards. */
export async function withCleanup<T>(use: (cleanup: Cleanup) => Promise<T>): Promise<T> {
  const ends: (() => Promise<void>)[] = [];
  try {
    return await use({
      async folder() {
        const path = await mkdtemp(join(tmpdir(), 'hostling-bench-'));
        ends.push(() => rm(path, { recursive: true, force: true }));
        return path;
      },
      async keep(thing) {
        const kept = await thing;
        ends.push(() => kept.end());
        return kept;
      },
    });
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}
