import type { Random } from '../lib/random.ts';

/** A number of a WIT type: small as a rule, at its limits now and then. */
export function oddNumber(kind: string, random: Random): unknown {
  if (kind === 'f32' || kind === 'f64') return random.pick([0, 1, -0, 0.1, Number.NaN, Number.POSITIVE_INFINITY, -1e300]);
  if (random.chance(0.8)) return random.below(3);
  const bits = Number(kind.slice(1));
  const signed = kind.startsWith('s');
  return random.pick(signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1, -1] : [2 ** bits - 1, 2 ** (bits - 1)]);
}

/** Texts of all encodings, and one that is no Unicode. */
export function oddText(random: Random): string {
  return random.weighted([
    [6, ''],
    [6, 'snow ☃'],
    [3, 'grüße'],
    [2, '\u{1f600}\0'],
    [1, '\ud800'],
    [1, 'x'.repeat(2000)],
  ]);
}

/** What may be given for a stream: its items in any form, sometimes late, failing or without an end. */
export function streamOf(items: readonly unknown[], random: Random, failure: Error): unknown {
  const later = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  return random.weighted<() => unknown>([
    [4, () => items],
    [
      2,
      () =>
        (function* () {
          yield* items;
        })(),
    ],
    [
      3,
      () =>
        (async function* () {
          await later();
          yield* items;
        })(),
    ],
    [
      1,
      () =>
        (async function* () {
          yield* items;
          throw failure;
        })(),
    ],
    [
      1,
      () =>
        (async function* () {
          yield* items;
          await new Promise(() => {});
        })(),
    ],
  ])();
}
