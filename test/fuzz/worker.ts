import { parentPort, workerData } from 'node:worker_threads';
import { createComponentEngine } from '../../src/core/engine/component-engine.ts';
import { code } from '../../src/platform/node/code.ts';
import { Random } from '../lib/random.ts';
import { attempt } from './attempt.ts';
import { type Copy, copyOf } from './corpus.ts';
import { describe, type Phase, phases, Unmeant } from './meant.ts';
import { Partners } from './partners.ts';
import type { Told, WorkerTask } from './pool.ts';
import { serve } from './serve.ts';
import { shrink } from './shrink.ts';

/** Takes the next case, again and again. What it is at is in shared memory: whoever is stuck cannot tell. */
const { corpus, end, progress, place, again } = workerData as WorkerTask;
const engine = createComponentEngine((callback) => void setImmediate(callback));
const partners = new Partners(corpus, engine, code);
const tell = (told: Told): void => parentPort?.postMessage(told);
const begin = (phase: Phase): void => void Atomics.store(progress, place + 1, phases.indexOf(phase));

let current = -1;
const escaped = (reason: unknown): void => tell({ kind: 'failure', seed: current, why: `nobody handled: ${describe(reason)}` });
process.on('unhandledRejection', escaped);
process.on('uncaughtException', escaped);

/** Whatever is random in it, is the same for the same seed. */
async function run(seed: number, { original, served }: Copy, bytes: Uint8Array): Promise<string> {
  if (served) {
    begin('serve');
    return serve(bytes, original.use === 'command');
  }
  const random = new Random(-seed);
  const partner = random.chance(0.8) ? await partners.for(original, random) : undefined;
  try {
    return await attempt(bytes, { engine, code, random, partner: partner?.imports ?? {}, begin });
  } finally {
    partner?.instance.dispose();
  }
}
async function failureOf(running: Promise<string>): Promise<string | undefined> {
  try {
    await running;
    return undefined;
  } catch (failure) {
    return failure instanceof Unmeant ? failure.message : `the test failed: ${describe(failure)}`;
  }
}
const firstLine = (text: string | undefined): string | undefined => text?.split('\n')[0];

for (let next = again; ; next = undefined) {
  const seed = next ?? Atomics.add(progress, 0, 1);
  if (seed >= end) break;
  current = seed;
  const copy = copyOf(corpus, seed);
  Atomics.store(progress, place, seed);
  const running = run(seed, copy, copy.bytes);
  const why = await failureOf(running);
  if (why === undefined) tell({ kind: 'outcome', seed, outcome: await running });
  else {
    const smallest = await shrink(copy.bytes, async (smaller) => firstLine(await failureOf(run(seed, copy, smaller))) === firstLine(why));
    tell({ kind: 'failure', seed, why, smallest });
  }
  // What nobody handled is told in the turn after.
  await new Promise((resolve) => void setImmediate(resolve));
}
globalThis.gc?.();
const { heapUsed, external } = process.memoryUsage();
tell({ kind: 'end', bytes: heapUsed + external });
