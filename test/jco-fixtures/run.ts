/**
 * Runs jco's Preview 3 fixtures on hostling.
 *
 *     node test/jco-fixtures/run.ts DIR [--filter text] [--timeout ms] [--verbose]
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../src/core/errors.ts';
import { createBenches, startEchoServer } from './bench.ts';
import { calls } from './calls.ts';
import type { Bench, Case } from './case.ts';
import { chat } from './chat.ts';
import { middleware } from './middleware.ts';
import { notApplicable } from './not-applicable.ts';
import { programs } from './programs.ts';
import { roundTrips } from './round-trips.ts';
import { streams } from './streams.ts';
import { formatTable, isUnexpected, judge, type Outcome } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { filter: { type: 'string', default: '' }, timeout: { type: 'string', default: '30000' }, verbose: { type: 'boolean', default: false } },
});
const [root] = positionals;
if (root === undefined) {
  process.stderr.write('say where jco is: node test/jco-fixtures/run.ts DIR [--filter text] [--timeout ms] [--verbose]\n');
  process.exit(2);
}
const inCheckout = join(root, 'packages/jco-transpile/test/fixtures/components/p3');
const wholeCheckout = existsSync(inCheckout);
const folder = wholeCheckout ? inCheckout : root;
const examples = join(root, 'examples');
const fileOf = (fixture: string): string => (fixture.startsWith('examples/') ? join(root, fixture) : join(folder, fixture));

/** What nobody awaited is a failure of the case that runs. */
let unawaited: ((reason: unknown) => void) | undefined;
process.on('unhandledRejection', (reason) => unawaited?.(reason));

/** Why a case fails. */
async function failureOf(run: (bench: Bench) => Promise<void>, bench: Bench): Promise<string | undefined> {
  const stopped = Promise.withResolvers<never>();
  const timer = setTimeout(() => stopped.reject(new Error(`no end within ${values.timeout} ms`)), Number(values.timeout));
  unawaited = stopped.reject;
  try {
    await Promise.race([run(bench), stopped.promise]);
    return undefined;
  } catch (failure) {
    return messageOf(failure).split('\n').slice(0, 3).join(' / ');
  } finally {
    clearTimeout(timer);
    await bench.host.stop();
  }
}

/** Fixtures that no case has; the same bytes elsewhere will do. */
async function forgotten(cases: readonly Case[]): Promise<Outcome[]> {
  const hashOf = async (file: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  const known = new Set<string>();
  for (const fixture of new Set(cases.flatMap(({ fixtures }) => fixtures))) known.add(await hashOf(fileOf(fixture)));
  const outcomes: Outcome[] = [];
  for await (const file of glob('**/*.wasm', { cwd: folder }))
    if (!known.has(await hashOf(join(folder, file)))) outcomes.push({ name: file, verdict: 'FAIL', why: 'no case runs this fixture' });
  return outcomes;
}

const cases = [...calls, ...roundTrips, ...streams, ...middleware, ...programs, ...(existsSync(examples) ? chat : [])];
const createBench = createBenches(fileOf, await startEchoServer());
const outcomes: Outcome[] = await forgotten(cases);
for (const { name, run } of cases) {
  if (!name.includes(values.filter)) continue;
  if (run === undefined) {
    outcomes.push({ name, verdict: 'n/a', why: notApplicable.find((entry) => name.startsWith(entry.cases))?.reason });
    continue;
  }
  const bench = await createBench();
  const failure = await failureOf(run, bench);
  const outcome = judge(notApplicable, name, failure, bench.log());
  outcomes.push(outcome);
  if (failure !== undefined && (values.verbose || outcome.verdict === 'FAIL')) process.stdout.write([`${name}: ${failure}`, ...bench.log(), ''].join('\n  '));
}
process.stdout.write(`${formatTable(outcomes)}\n`);
process.exit(outcomes.some(isUnexpected) ? 1 : 0);
