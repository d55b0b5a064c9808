/**
 * Measures hostling beside its peers.
 *
 *     npm run bench [-- --only NAME,NAME] [--quick] [--json FILE]
 *     npm run bench -- --profile NAME
 *
 * A NAME is a row's, or a row's and a part's: `streams` or `streams/node-in`. With `WASI_TESTSUITE` naming a folder of the WASI test suite's P3
 * tests, its 3 MB service in Rust takes part.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { efforts, type Figure, type Part, type Row } from './lib/figure.ts';
import { describeMachine } from './lib/machine.ts';
import { inRoot } from './lib/paths.ts';
import { largestProfile, topFunctions } from './lib/profile.ts';
import { formatFigures } from './lib/table.ts';
import { withCleanup } from './lib/temporary.ts';
import { row as engineCalls } from './rows/engine-calls.ts';
import { row as heap } from './rows/heap.ts';
import { row as httpServer } from './rows/http-server.ts';
import { row as idle } from './rows/idle.ts';
import { row as instances } from './rows/instances.ts';
import { row as p2Calls } from './rows/p2-calls.ts';
import { row as p2Serve } from './rows/p2-serve.ts';
import { row as p3Http } from './rows/p3-http.ts';
import { row as size } from './rows/size.ts';
import { row as start } from './rows/start.ts';
import { row as streams } from './rows/streams.ts';

const rows: readonly Row[] = [p3Http, httpServer, engineCalls, streams, instances, p2Calls, p2Serve, start, heap, idle, size];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(help());
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
if (!existsSync(inRoot('dist/platform/node/index.js'))) throw new Error('there is nothing to measure; build it with `npm run build`');
if (values.profile === undefined) await measure(values.only?.split(',') ?? rows.map(({ name }) => name));
else await profile(values.profile);

function help(): string {
  const names = rows.map(({ name, parts }) => `  ${name}/  ${partNames(parts)}`);
  return `npm run bench -- [--only NAME,NAME] [--quick] [--json FILE] [--profile NAME]

A NAME is a row's, or ROW/PART. There are:
${names.join('\n')}
The environment's WASI_TESTSUITE names the folder with the WASI test suite's Preview 3 programs, for the 3 MB Rust component.

Example:
  npm run bench -- --only size,streams/node-in --quick`;
}

/** Parts are known when the guests are there that they are about. */
function partNames(parts: Row['parts']): string {
  try {
    return parts()
      .map(({ name }) => name)
      .join(' ');
  } catch (failure) {
    return failure instanceof Error ? `(${failure.message})` : String(failure);
  }
}

interface Result {
  readonly name: string;
  readonly about: string;
  readonly figures: Figure[];
  readonly failures: string[];
}

async function measure(names: readonly string[]): Promise<void> {
  const chosen = new Map<Row, Part[]>();
  for (const [row, parts] of names.map(find)) chosen.set(row, [...(chosen.get(row) ?? []), ...parts]);
  const machine = describeMachine();
  console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, load ${machine.loadBefore.toFixed(1)}`);
  console.log(
    Object.entries(machine.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  );
  if (machine.loadBefore > 0.5) console.log('the machine is busy with something else: the figures will not be worth much');
  const results: Result[] = [];
  for (const [{ name, about }, parts] of chosen) {
    console.log(`\n## ${name}: ${about}\n`);
    results.push({ name, about, ...(await measureParts(parts)) });
  }
  const at = new Date().toISOString();
  const file = values.json === undefined ? inRoot('bench/results', `${at.replace(/[:.]/g, '-')}.local.json`) : resolve(values.json);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ at, quick: values.quick, machine, rows: results }, null, 2)}\n`);
  console.log(`\nwritten to ${file}`);
}

/** Measures parts one after the other; one that fails does not keep the others from it. */
async function measureParts(parts: readonly Part[]): Promise<Pick<Result, 'figures' | 'failures'>> {
  const figures: Figure[] = [];
  const failures: string[] = [];
  for (const { name, measure: run } of parts) {
    try {
      figures.push(...(await run(values.quick ? efforts.quick : efforts.full)));
    } catch (failure) {
      failures.push(`${name} failed: ${failure instanceof Error ? failure.stack : String(failure)}`);
      process.exitCode = 1;
    }
  }
  if (figures.length > 0) console.log(formatFigures(figures));
  for (const failure of failures) console.log(failure);
  return { figures, failures };
}

async function profile(asked: string): Promise<void> {
  const [, [part]] = find(asked);
  if (part?.profile === undefined) throw new Error(`${asked} cannot be profiled`);
  const file = inRoot('bench/results', `${asked.replace('/', '-')}.local.cpuprofile`);
  await withCleanup(async ({ folder }) => {
    const output = await folder();
    await part.profile?.({ folder: output, seconds: values.quick ? 2 : 8 });
    await mkdir(dirname(file), { recursive: true });
    await cp(await largestProfile(output), file);
  });
  console.log(`${await topFunctions(file, 25)}\n\nwritten to ${file}`);
}

/** A row with all of its parts, or with the one that is named. */
function find(asked: string): [Row, readonly Part[]] {
  const [rowName, partName] = asked.split('/', 2);
  const row = rows.find(({ name }) => name === rowName);
  if (row === undefined) throw new Error(`there is no row ${rowName}; there are ${rows.map(({ name }) => name).join(', ')}`);
  const parts = row.parts();
  if (partName === undefined) return [row, parts];
  const part = parts.find(({ name }) => name === partName);
  if (part === undefined) throw new Error(`${rowName} has no part ${partName}; it has ${parts.map(({ name }) => name).join(', ')}`);
  return [row, [part]];
}
