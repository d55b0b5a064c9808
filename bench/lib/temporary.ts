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
      keep(thing) {
        // Also when it comes about after something else has failed; who asked for it is told when it does not.
        ends.push(() =>
          thing.then(
            (kept) => kept.end(),
            () => {},
          ),
        );
        return thing;
      },
    });
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}
