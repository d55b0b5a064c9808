import { describe, test } from 'vitest';
import { messageOf } from '../../src/core/errors.ts';
import type { Harness } from '../harness.ts';
import { Forest } from '../lib/calls/forest.ts';
import { Stage } from '../lib/puppets.ts';
import { Random } from '../lib/random.ts';
import { within } from '../lib/until.ts';

const rounds = 4;
const forestsInRound = 150;

/** In every eighth the instance is let go in the middle. */
const disposes = (seed: number): boolean => seed % 8 === 0;

/** Random trees of calls that wait for each other, yield and are cancelled: callers are told what callees do, and all comes to its end. */
export function callsSuite({ platform, component }: Harness): void {
  describe(`${platform}: random trees of calls`, () => {
    for (let round = 0; round < rounds; round++) {
      const first = 1 + round * forestsInRound;
      test(`seeds ${first} to ${first + forestsInRound - 1}`, async () => {
        const puppets = await component('puppet');
        let stage = await Stage.open(puppets);
        for (let seed = first; seed < first + forestsInRound; seed++) {
          const forest = new Forest(new Random(seed));
          try {
            await within(forest.run(stage, disposes(seed)), 'all calls end');
          } catch (reason) {
            const cause = stage.failure ?? reason;
            throw new Error(`seed ${seed}: ${messageOf(cause)}\n${forest.log.join('\n')}`, { cause });
          }
          if (disposes(seed)) stage = await Stage.open(puppets);
        }
        stage.instance.dispose();
      });
    }
  });
}
