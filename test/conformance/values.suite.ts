import { describe, test } from 'vitest';
import { messageOf } from '../../src/core/errors.ts';
import { WitError } from '../../src/core/engine/values.ts';
import type { Harness } from '../harness.ts';
import { Random } from '../lib/random.ts';
import { within } from '../lib/until.ts';
import { type Carry, describeCarry, move, randomCarry, simplerCarries } from '../lib/values/carry.ts';
import { describeTrip, randomTrip, simplerTrips, simplest, travel, type Trip } from '../lib/values/trip.ts';
import { show } from '../lib/values/values.ts';

/** Something with values of random types, which fails or not. */
interface Property<T> {
  readonly make: (random: Random) => T;
  readonly check: (one: T) => Promise<void>;
  readonly simpler: (one: T, random: Random) => readonly T[];
  readonly describe: (one: T) => string;
}

const seedsInTest = 125;

/** Values of random types are the same after they were in guests, whichever way they went. */
export function valuesSuite({ platform, traits, written }: Harness): void {
  const checkAll = async <T>({ make, check, simpler, describe: tell }: Property<T>, first: number): Promise<void> => {
    const failureOf = async (one: T): Promise<string | undefined> => {
      try {
        await within(check(one), 'the values arrive');
        return undefined;
      } catch (failure) {
        return failure instanceof WitError ? `it failed with ${show(failure.payload)}` : messageOf(failure);
      }
    };
    for (let seed = first; seed < first + seedsInTest; seed++) {
      const made = make(new Random(seed));
      const why = await failureOf(made);
      if (why === undefined) continue;
      // Each time with other values.
      const random = new Random(seed);
      const found = await simplest(
        made,
        (one) => [1, 2, 3].flatMap(() => simpler(one, random)),
        async (one) => (await failureOf(one)) !== undefined,
      );
      const same = found === made ? '' : `\nand so does, with ${String(await failureOf(found))}:\n${tell(found)}`;
      throw new Error(`seed ${seed}: ${why}\n${tell(made)}${same}`);
    }
  };

  describe.skipIf(!traits.dynamicCode)(`${platform}: values of random types${traits.dynamicCode ? '' : ' (skipped: dynamicCode)'}`, () => {
    const trips: Property<Trip> = { make: randomTrip, check: (trip) => travel(trip, written), simpler: simplerTrips, describe: describeTrip };
    const carries: Property<Carry> = { make: randomCarry, check: (carry) => move(carry, written), simpler: simplerCarries, describe: describeCarry };
    for (let first = 1; first <= 4 * seedsInTest; first += seedsInTest) {
      test(`as parameters and results, seeds ${first} to ${first + seedsInTest - 1}`, () => checkAll(trips, first));
    }
    for (let first = 1; first <= 3 * seedsInTest; first += seedsInTest) {
      test(`in streams and futures, seeds ${first} to ${first + seedsInTest - 1}`, () => checkAll(carries, first));
    }
  });
}
