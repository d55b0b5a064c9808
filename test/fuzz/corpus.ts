import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { guestsDir } from '../../scripts/guests/guest.ts';
import { inspect } from '../../src/core/engine/inspect.ts';
import { Random } from '../lib/random.ts';
import { routeComponent } from '../lib/values/routes.ts';
import { randomTrip } from '../lib/values/trip.ts';
import { damage } from './mutations.ts';
import { skeleton } from './sections.ts';

/** A component that copies are made of. */
export interface Original {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** How often it is taken. */
  readonly weight: number;
  /** What a host can do with it. */
  readonly use: 'request' | 'command' | 'none';
}

/** A damaged copy. */
export interface Copy {
  readonly original: Original;
  readonly bytes: Uint8Array;
  /** Whether it is for a whole host, rather than the engine alone. */
  readonly served: boolean;
}

/** Of components larger than this mostly the skeleton is tried. */
const largest = 100_000;
/** What is too large to be tried whole even now and then. */
const tooLarge = 5_000_000;
/** No components, or one that does nothing but loop. */
const left = /^(?:p1-|wat-spin)/;

/** The guests of the samples and the tests: of both previews, with resources, streams, futures, nested components, linked with one another. */
export async function readCorpus(): Promise<Original[]> {
  const names = (await readdir(guestsDir)).filter((name) => name.endsWith('.wasm') && !left.test(name)).toSorted();
  const read = async (file: string): Promise<Original[]> => {
    const bytes = new Uint8Array(await readFile(join(guestsDir, file)));
    const name = file.slice(0, -'.wasm'.length);
    const use = useOf(bytes);
    if (bytes.length <= largest) return [{ name, bytes, weight: 40, use }];
    const bare: Original = { name: `the skeleton of ${name}`, bytes: skeleton(bytes), weight: 40, use: 'none' };
    return bytes.length > tooLarge ? [bare] : [bare, { name, bytes, weight: 1, use }];
  };
  return [...(await Promise.all(names.map(read))).flat(), ...written()];
}

/** Components that no toolchain makes: values of all types and encodings, passed on from guest to guest in all ways. */
function written(): Original[] {
  return Array.from({ length: 32 }, (_, seed) => {
    const { shapes, route } = randomTrip(new Random(seed));
    return { name: `the values of seed ${seed}`, bytes: routeComponent(shapes, route), weight: 20, use: 'none' };
  });
}

function useOf(bytes: Uint8Array): Original['use'] {
  const names = inspect(bytes).exports.map(({ name }) => name);
  if (names.some((name) => /^wasi:http\/(?:incoming-)?handler@/.test(name))) return 'request';
  return names.some((name) => name.startsWith('wasi:cli/run@')) ? 'command' : 'none';
}

/** The copy that a seed stands for. */
export function copyOf(corpus: readonly Original[], seed: number): Copy {
  const random = new Random(seed);
  const original = random.weighted(corpus.map((item) => [item.weight, item]));
  const others = corpus.filter(({ bytes }) => bytes.length <= largest).map(({ bytes }) => bytes);
  return { original, served: original.use !== 'none' && random.chance(0.3), bytes: damage(original.bytes, others, random) };
}
