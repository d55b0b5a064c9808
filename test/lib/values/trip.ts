import type { Component, Imports } from '../../../src/core/engine/engine.ts';
import { WitError } from '../../../src/core/engine/values.ts';
import type { Random } from '../random.ts';
import { randomRoute, type Route, routeComponent } from './routes.ts';
import { print, randomShape, resultOf, type Shape, simpler } from './shapes.ts';
import { isSame, type Pair, randomValue, show, Thing } from './values.ts';

/** Values of some types, and the route that they take. */
export interface Trip {
  readonly shapes: readonly Shape[];
  readonly route: Route;
  readonly pairs: readonly Pair[];
}

/** Makes a component of its bytes. */
export type Load = (bytes: Uint8Array) => Promise<Component>;

export function randomTrip(random: Random): Trip {
  const shapes = Array.from(
    {
      length: random.weighted([
        [5, 1],
        [2, 2],
        [1, 3],
        [1, 6],
      ]),
    },
    () => randomShape(random, 1 + random.below(4)),
  );
  return { shapes, route: randomRoute(random), pairs: valuesOf(random, shapes) };
}
function valuesOf(random: Random, shapes: readonly Shape[]): Pair[] {
  return shapes.map((shape) => randomValue(random, shape));
}

class Different extends Error {}

function compare(what: string, expected: unknown, actual: unknown): void {
  if (!isSame(expected, actual)) throw new Different(`${what} is ${show(actual)}, not ${show(expected)}`);
}

/**
 * Makes the trip twice.
 * @throws if anything else comes back than was expected, or the engine fails
 */
export async function travel({ shapes, route, pairs }: Trip, load: Load): Promise<void> {
  const component = await load(routeComponent(shapes, route));
  const lent = Array.from({ length: route.borrows }, (_, index) => new Thing(`lent ${index}`));
  const all = pairs.map(({ expected }) => expected);
  const expected = shapes.length === 1 ? all[0] : all;
  const fallible = resultOf(shapes).kind === 'result';
  let asked = 0;
  const answer = (): unknown => {
    if (!fallible) return expected;
    const { tag, val } = expected as { tag: 'ok' | 'err'; val: unknown };
    if (tag === 'err') throw new WitError(val);
    return val;
  };
  const echo = (...args: unknown[]): unknown => {
    asked++;
    compare('what the host is given', [...all, ...lent], args);
    const { way } = route;
    return way.by === 'the host' && way.later ? new Promise((resolve) => void setTimeout(resolve, 0)).then(answer) : answer();
  };
  const imports = { thing: { Thing }, echo: { default: echo } } as unknown as Imports;
  const instance = await component.instantiate(imports);
  instance.fault.catch(() => {});
  const call = instance.exports['echo'] as (...args: unknown[]) => unknown;
  for (let round = 1; round <= 2; round++) {
    const args = [...pairs.map(({ given }) => given), ...lent];
    const outcome = Promise.resolve()
      .then(() => call(...args))
      .then(
        (value) => (fallible ? { tag: 'ok', val: value } : value),
        (reason: unknown) => {
          if (fallible && reason instanceof WitError) return { tag: 'err', val: reason.payload };
          throw reason;
        },
      );
    compare('the result', expected, await outcome);
  }
  await instance.idle?.();
  if (asked !== (route.way.by === 'the host' ? 2 : 0)) throw new Different(`the host was asked ${asked} times`);
  instance.dispose();
}

/** A trip for a message. */
export function describeTrip({ shapes, route, pairs }: Trip): string {
  const lines = shapes.map((shape, index) => `  ${print(shape)}\n    = ${show(pairs[index]?.given)}`);
  return [`route ${JSON.stringify(route)}`, ...lines].join('\n');
}

/** The simplest trip found that fails as well, of those with fewer and simpler types. */
export async function simplest(trip: Trip, random: Random, fails: (trip: Trip) => Promise<boolean>): Promise<Trip> {
  let found = trip;
  for (let tries = 0; tries < 400;) {
    const { shapes } = found;
    const fewer = shapes.length > 1 ? shapes.map((_, at) => shapes.toSpliced(at, 1)) : [];
    const lists = [...fewer, ...shapes.flatMap((shape, at) => simpler(shape).map((one) => shapes.with(at, one)))];
    let better: Trip | undefined;
    for (const list of lists) {
      // The value is another one: some are tried.
      for (let values = 0; values < 3 && better === undefined; values++) {
        const candidate = { ...found, shapes: list, pairs: valuesOf(random, list) };
        if (tries++ < 400 && (await fails(candidate))) better = candidate;
      }
      if (better !== undefined) break;
    }
    if (better === undefined) return found;
    found = better;
  }
  return found;
}
