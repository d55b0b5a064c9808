import { describe, test } from 'vitest';
import type { Component } from '../../src/core/engine/engine.ts';
import { messageOf } from '../../src/core/errors.ts';
import type { Harness } from '../harness.ts';
import { Stage } from '../lib/puppets.ts';
import { Random } from '../lib/random.ts';
import { Schedule } from '../lib/streams/schedule.ts';
import { within } from '../lib/until.ts';

const rounds = 8;
const schedulesInRound = 250;
const most = 40;

/** Every eighth ends with something that must trap. */
const breaks = (seed: number): boolean => seed % 8 === 0;

/** Random courses of reads, writes, cancellations, drops and waits, between guests and with the host: nothing is lost, doubled, out of order, left or hangs. */
export function schedulesSuite({ platform, component }: Harness): void {
  describe(`${platform}: random schedules of streams and futures`, () => {
    for (let round = 0; round < rounds; round++) {
      const first = 1 + round * schedulesInRound;
      test(`seeds ${first} to ${first + schedulesInRound - 1}`, async () => {
        const puppets = await component('puppet');
        let stage = await Stage.open(puppets);
        for (let seed = first; seed < first + schedulesInRound; seed++) {
          const failure = await attempt(stage, seed, most);
          if (failure !== undefined) throw await explain(puppets, seed);
          // A schedule that ends well leaves the instance as new.
          if (breaks(seed)) stage = await Stage.open(puppets);
        }
        stage.instance.dispose();
      });
    }
  });
}

interface Failure {
  readonly reason: unknown;
  readonly log: readonly string[];
}

async function attempt(stage: Stage, seed: number, steps: number): Promise<Failure | undefined> {
  const schedule = new Schedule(stage, new Random(seed));
  try {
    await within(schedule.run(steps, breaks(seed)), 'the schedule ends');
    return undefined;
  } catch (reason) {
    return { reason: stage.failure ?? reason, log: schedule.log };
  }
}

/** The shortest beginning of the schedule that fails, alone on an instance of its own. */
async function explain(puppets: Component, seed: number): Promise<Error> {
  for (let steps = 0; steps <= most; steps++) {
    const stage = await Stage.open(puppets);
    const failure = await attempt(stage, seed, steps);
    stage.instance.dispose();
    if (failure !== undefined)
      return new Error(`seed ${seed}, ${steps} steps: ${messageOf(failure.reason)}\n${failure.log.join('\n')}`, { cause: failure.reason });
  }
  return new Error(`seed ${seed} fails only after the schedules before it`);
}
