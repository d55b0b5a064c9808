/**
 * Runs the WASI test suite's P3 tests on hostling's platforms.
 *
 *     node test/wasi-testsuite/run.ts DIR [--platform node,chromium,workerd] [--engine hostling|jco] [--no-jspi] [--filter text] [--json]
 */
import { parseArgs } from 'node:util';
import { readCases } from './cases.ts';
import { formatTable, isUnexpected, judge, type Outcome, readExpectations } from './table.ts';
import { choosePlatforms, runTests } from './trials.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    platform: { type: 'string' },
    engine: { type: 'string', default: 'hostling' },
    jspi: { type: 'boolean', default: true },
    filter: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const { engine, jspi } = values;
if (engine !== 'hostling' && engine !== 'jco') fail(`there is no engine ${engine}; there are hostling and jco`);
const [directory = fail('say where the tests are: npm run wasi-testsuite -- DIR')] = positionals;
const cases = (await readCases(directory)).filter(({ name }) => name.includes(values.filter));
if (cases.length === 0) fail(`there are no tests in ${directory}`);
const expectations = await readExpectations();
const outcomes: Outcome[] = [];

for (const platform of platforms()) {
  await runTests(platform, { engine, jspi }, cases, ({ name }, failure, ms) => {
    outcomes.push({ test: name, platform, ...judge(expectations, name, platform, failure), ms });
  });
}

process.stdout.write(`${values.json ? JSON.stringify(outcomes, null, 2) : formatTable(outcomes)}\n`);
process.exitCode = outcomes.some(isUnexpected) ? 1 : 0;

function platforms(): string[] {
  try {
    return choosePlatforms(values.platform);
  } catch (failure) {
    return fail(failure instanceof Error ? failure.message : String(failure));
  }
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
