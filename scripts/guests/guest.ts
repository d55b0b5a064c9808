import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const rootDir: string = fileURLToPath(new URL('../../', import.meta.url));

/** Where built guests lie: `<name>.wasm`, and `<name>.hash` naming what each was built from. */
export const guestsDir: string = join(rootDir, '.cache/guests');

const sourceDirs = ['demo/guests', 'test/fixtures/guests'];
const kinds = ['wat-component', 'wat-core', 'written', 'qjs', 'starling'] as const;

/** The toolchain that builds a guest. */
export type GuestKind = (typeof kinds)[number];

/** One guest as its `guest.json` describes it. */
export interface Guest {
  readonly name: string;
  readonly dir: string;
  readonly kind: GuestKind;
  readonly about: string;
  /** The world of `world.wit` to build for; a `wat-core` or `written` guest has none. */
  readonly world: string | undefined;
  /** QuickJS only: build without the component model's async ABI. */
  readonly sync: boolean;
}

/** Every guest of the repository, sorted by name. */
export async function findGuests(): Promise<Guest[]> {
  const found = await Promise.all(sourceDirs.map((dir) => findIn(join(rootDir, dir))));
  const guests = found.flat().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const twin = guests.find((guest, i) => guest.name === guests[i + 1]?.name);
  if (twin) throw new Error(`two guests are named ${twin.name}: names are file names and must differ`);
  return guests;
}

async function findIn(dir: string): Promise<Guest[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const guests = await Promise.all(entries.filter((entry) => entry.isDirectory()).map((entry) => readGuest(join(dir, entry.name), entry.name)));
  return guests.filter((guest) => guest !== undefined);
}

async function readGuest(dir: string, name: string): Promise<Guest | undefined> {
  const file = join(dir, 'guest.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const json = JSON.parse(text) as Record<string, unknown>;
  const kind = kinds.find((known) => known === json['kind']);
  if (!kind) throw new Error(`${file}: "kind" must be one of ${kinds.join(', ')}`);
  const world = typeof json['world'] === 'string' ? json['world'] : undefined;
  if (!world && kind !== 'wat-core' && kind !== 'written') throw new Error(`${file}: "world" is missing`);
  const about = typeof json['about'] === 'string' ? json['about'] : '';
  return { name, dir, kind, about, world, sync: json['sync'] === true };
}
