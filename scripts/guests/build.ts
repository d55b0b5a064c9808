import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findGuests, guestsDir, type Guest } from './guest.ts';
import { hashOf, toolVersion } from './hash.ts';
import { recipes, recipeVersion } from './recipes.ts';

export { guestsDir } from './guest.ts';

/** What {@link buildGuests} did with one guest. */
export type BuildOutcome =
  | { readonly name: string; readonly state: 'built'; readonly bytes: number; readonly ms: number }
  | { readonly name: string; readonly state: 'cached' }
  | { readonly name: string; readonly state: 'failed'; readonly message: string };

/** How {@link buildGuests} builds. */
export interface BuildOptions {
  /** Build what is up to date too. */
  readonly force?: boolean;
  /** Told about each guest as soon as it is done. */
  readonly onDone?: (outcome: BuildOutcome) => void;
}

/**
 * Builds the named guests, or all, into {@link guestsDir}; one that is up to date is left alone. One after the other,
 * because a JavaScript engine build takes close to a gigabyte of memory. A guest that fails does not stop the others.
 */
export async function buildGuests(names?: readonly string[], options: BuildOptions = {}): Promise<BuildOutcome[]> {
  const guests = select(await findGuests(), names);
  await mkdir(guestsDir, { recursive: true });
  const outcomes: BuildOutcome[] = [];
  for (const guest of guests) {
    const outcome = await buildGuest(guest, options.force ?? false).catch((error: unknown): BuildOutcome => ({
      name: guest.name,
      state: 'failed',
      message: messageOf(error),
    }));
    outcomes.push(outcome);
    options.onDone?.(outcome);
  }
  return outcomes;
}

function select(guests: Guest[], names: readonly string[] | undefined): Guest[] {
  if (!names) return guests;
  return names.map((name) => {
    const guest = guests.find((candidate) => candidate.name === name);
    if (!guest) throw new Error(`no guest is named ${name}; there are: ${guests.map((known) => known.name).join(', ')}`);
    return guest;
  });
}

async function buildGuest(guest: Guest, force: boolean): Promise<BuildOutcome> {
  const recipe = recipes[guest.kind];
  const wasmFile = join(guestsDir, `${guest.name}.wasm`);
  const hashFile = join(guestsDir, `${guest.name}.hash`);

  const started = performance.now();
  const input = await recipe.read(guest);
  const tools = await Promise.all(recipe.tools.map(toolVersion));
  const settings = JSON.stringify([guest.kind, guest.world, guest.sync]);
  const hash = hashOf([recipeVersion, settings, ...tools, input.source, input.wit]);
  if (!force && (await isBuilt(wasmFile, hashFile, hash))) return { name: guest.name, state: 'cached' };

  const wasm = await recipe.build(guest, input);
  // A build that stops half way must leave neither a torn file nor a hash that vouches for the old one.
  await rm(hashFile, { force: true });
  await replaceFile(wasmFile, wasm);
  await replaceFile(hashFile, `${hash}\n`);
  return { name: guest.name, state: 'built', bytes: wasm.length, ms: performance.now() - started };
}

async function isBuilt(wasmFile: string, hashFile: string, hash: string): Promise<boolean> {
  const recorded = await readFile(hashFile, 'utf8').catch(() => '');
  if (recorded.trim() !== hash) return false;
  return stat(wasmFile).then(
    () => true,
    () => false,
  );
}

async function replaceFile(file: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sizeText(bytes: number): string {
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  if (bytes >= 1e3) return `${(bytes / 1e3).toFixed(1)} KB`;
  return `${bytes} B`;
}

function report(outcome: BuildOutcome): void {
  if (outcome.state === 'failed') console.error(`failed ${outcome.name}: ${outcome.message}`);
  else if (outcome.state === 'built') {
    console.log(`built ${outcome.name} ${sizeText(outcome.bytes)} in ${(outcome.ms / 1000).toFixed(1)} s`);
  } else if (process.stdout.isTTY) console.log(`cached ${outcome.name}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, force: { type: 'boolean' }, list: { type: 'boolean' } },
  });
  const names = values.only?.split(',').filter((name) => name !== '');
  if (values.list) {
    for (const guest of select(await findGuests(), names)) {
      console.log(`${guest.name.padEnd(20)} ${guest.kind.padEnd(14)} ${guest.about}`);
    }
    return;
  }
  const outcomes = await buildGuests(names, { force: values.force ?? false, onDone: report });
  if (outcomes.some((outcome) => outcome.state === 'failed')) process.exitCode = 1;
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
  });
}
