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

/** @throws if what arrived is not what was expected */
export function same(what: string, expected: unknown, actual: unknown): void {
  if (!isSame(expected, actual)) throw new Different(`${what} is ${show(actual)}, not ${show(expected)}`);
}

/** What a call answers, as a value: the error of a result is thrown, and of its other side only what it holds is returned. */
export async function outcomeOf(shape: Shape, call: () => unknown): Promise<unknown> {
  if (shape.kind !== 'result') return await call();
  try {
    return { tag: 'ok', val: await call() };
  } catch (reason) {
    if (reason instanceof WitError) return { tag: 'err', val: reason.payload };
    throw reason;
  }
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
    same('what the host is given', [...all, ...lent], args);
    const { way } = route;
    return way.by === 'the host' && way.later ? new Promise((resolve) => void setTimeout(resolve, 0)).then(answer) : answer();
  };
  const imports = { thing: { Thing }, echo: { default: echo } } as unknown as Imports;
  const instance = await component.instantiate(imports);
  const call = instance.exports['echo'] as (...args: unknown[]) => unknown;
  for (let round = 1; round <= 2; round++) {
    const args = [...pairs.map(({ given }) => given), ...lent];
    same('the result', expected, await outcomeOf(resultOf(shapes), () => call(...args)));
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

/** The same trip with fewer values, or with simpler types and values of them. */
export function simplerTrips(trip: Trip, random: Random): Trip[] {
  const { shapes } = trip;
  const fewer = shapes.length > 1 ? shapes.map((_, at) => shapes.toSpliced(at, 1)) : [];
  const lists = [...fewer, ...shapes.flatMap((shape, at) => simpler(shape).map((one) => shapes.with(at, one)))];
  return lists.map((list) => ({ ...trip, shapes: list, pairs: valuesOf(random, list) }));
}

/** The simplest of its kind that is found to fail as well. */
export async function simplest<T>(failing: T, simplerThan: (one: T) => readonly T[], fails: (one: T) => Promise<boolean>): Promise<T> {
  let found = failing;
  for (let tries = 400; tries > 0;) {
    let better: T | undefined;
    for (const candidate of simplerThan(found)) {
      if (better === undefined && tries-- > 0 && (await fails(candidate))) better = candidate;
    }
    if (better === undefined) return found;
    found = better;
  }
  return found;
}
