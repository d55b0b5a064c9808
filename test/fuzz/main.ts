/**
 * A process of its own for the threads, since V8's options are a process's: forked with a {@link FuzzRun}, it answers with a {@link FuzzAnswer}. By hand it
 * tries one seed again: `node --liftoff-only test/fuzz/main.ts 1234`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inRoot } from '../../scripts/lib/root.ts';
import { copyOf, type Original, readCorpus } from './corpus.ts';
import { type Failure, tryCopies } from './pool.ts';

export interface FuzzRun {
  readonly first: number;
  readonly count: number;
  readonly threads: number;
}
export interface FuzzAnswer {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
  /** What the hungriest thread had at its end, in megabytes. */
  readonly megabytes: number;
}

async function answer({ first, count, threads }: FuzzRun): Promise<FuzzAnswer> {
  const corpus = await readCorpus();
  const { outcomes, failures, bytes } = await tryCopies(corpus, first, count, threads);
  return {
    outcomes: Object.fromEntries(outcomes),
    failures: await Promise.all(failures.map((failure) => explain(corpus, failure))),
    megabytes: Math.round(bytes / 2 ** 20),
  };
}

/** Says what failed and how to see it again, and keeps the copy. */
async function explain(corpus: readonly Original[], { seed, why, smallest }: Failure): Promise<string> {
  const copy = copyOf(corpus, seed);
  const folder = inRoot('.cache/fuzz');
  const file = join(folder, `${seed}.wasm`);
  const bytes = smallest ?? copy.bytes;
  await mkdir(folder, { recursive: true });
  await writeFile(file, bytes);
  return `seed ${seed}, of ${copy.original.name}${copy.served ? ', served' : ''}: ${why}\nin ${bytes.length} bytes: ${file}\nagain: node --liftoff-only test/fuzz/main.ts ${seed}`;
}

const again = process.argv[2];
if (again !== undefined) {
  console.log(await answer({ first: Number(again), count: 1, threads: 1 }));
} else {
  process.once('message', (run: FuzzRun) => {
    void answer(run).then((answered) => process.send?.(answered, () => process.exit()));
  });
}
