/**
 * Measures hostling beside its peers.
 *
 *     npm run bench [-- --only name,name] [--quick] [--json FILE]
 *     npm run bench -- --profile row[/component]
 *
 * With `WASI_TESTSUITE` naming a folder of the WASI test suite's P3 tests, its 3 MB service in Rust takes part.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { efforts, type Figure, type Row } from './lib/figure.ts';
import { describeMachine } from './lib/machine.ts';
import { inRoot } from './lib/paths.ts';
import { largestProfile, profileArgs, topFunctions } from './lib/profile.ts';
import { formatFigures } from './lib/table.ts';
import { withCleanup } from './lib/temporary.ts';
import { row as freshInstance } from './rows/fresh-instance.ts';
import { row as heap } from './rows/heap.ts';
import { row as idle } from './rows/idle.ts';
import { row as p2Serve } from './rows/p2-serve.ts';
import { row as p3Calls } from './rows/p3-calls.ts';
import { row as size } from './rows/size.ts';
import { row as start } from './rows/start.ts';

const rows: readonly Row[] = [p3Calls, p2Serve, freshInstance, start, heap, idle, size];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const help = `npm run bench -- [--only ROW,ROW] [--quick] [--json FILE] [--profile NAME]

Rows: ${rows.map(({ name }) => name).join(', ')}
The environment's WASI_TESTSUITE names the folder with the WASI test suite's Preview 3 programs, for the 3 MB Rust component.

Example:
  npm run bench -- --only size,idle --quick`;

if (values.help) {
  console.log(help);
  process.exit(0);
}
if (!existsSync(inRoot('dist/platform/node/index.js'))) throw new Error('there is nothing to measure; build it with `npm run build`');
if (values.profile === undefined) await measure(values.only?.split(',') ?? rows.map(({ name }) => name));
else await profile(values.profile);

async function measure(names: readonly string[]): Promise<void> {
  const chosen = names.map(findRow);
  const machine = describeMachine();
  console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, load ${machine.loadBefore.toFixed(1)}`);
  console.log(
    Object.entries(machine.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  );
  if (machine.loadBefore > 0.5) console.log('the machine is busy with something else: the figures will not be worth much');
  const results: { name: string; about: string; figures?: Figure[]; failure?: string }[] = [];
  for (const { name, about, measure: run } of chosen) {
    console.log(`\n## ${name}: ${about}\n`);
    try {
      const figures = await run(values.quick ? efforts.quick : efforts.full);
      console.log(formatFigures(figures));
      results.push({ name, about, figures });
    } catch (failure) {
      console.log(`failed: ${failure instanceof Error ? failure.stack : String(failure)}`);
      results.push({ name, about, failure: String(failure) });
      process.exitCode = 1;
    }
  }
  const at = new Date().toISOString();
  const file = values.json === undefined ? inRoot('bench/results', `${at.replaceAll(':', '-')}.local.json`) : resolve(values.json);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ at, quick: values.quick, machine, rows: results }, null, 2)}\n`);
  console.log(`\nwritten to ${file}`);
}

async function profile(asked: string): Promise<void> {
  const [name = '', component] = asked.split('/', 2);
  const { profile: run } = findRow(name);
  if (run === undefined) throw new Error(`${name} cannot be profiled`);
  const file = inRoot('bench/results', `${asked.replace('/', '-')}.local.cpuprofile`);
  await withCleanup(async ({ folder }) => {
    const output = await folder();
    await run({ component, nodeArgs: profileArgs(output), seconds: values.quick ? 2 : 8 });
    await mkdir(dirname(file), { recursive: true });
    await cp(await largestProfile(output), file);
  });
  console.log(`${await topFunctions(file, 25)}\n\nwritten to ${file}`);
}

function findRow(name: string): Row {
  const found = rows.find((row) => row.name === name);
  if (found === undefined) throw new Error(`there is no row ${name}; there are ${rows.map((row) => row.name).join(', ')}`);
  return found;
}
