/**
 * Runs the component model's own scripts and wasmtime's on hostling's engines.
 *
 *     node test/component-model/run.ts DIR... [--filter text] [--engine own|jco|plan] [--json] [--verbose]
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isUnexpected, judge, readExpectations } from './expectations.ts';
import { formatFeatures } from './features.ts';
import { NoSuite, readSuites } from './files.ts';
import { runFiles } from './pool.ts';
import { subjects } from './subjects/subject.ts';
import { formatFailures, formatReasons, formatTable } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: 'string', default: 'own' },
    filter: { type: 'string', default: '' },
    timeout: { type: 'string', default: '5000' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    features: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
if (positionals.length === 0 || !(values.engine in subjects)) {
  fail(`say where the suites are: node test/component-model/run.ts DIR... [--engine ${Object.keys(subjects).join('|')}]`);
}

const expectations = await readExpectations();
const files = await readSuites(positionals, values.filter).catch((failure: unknown) => {
  throw failure instanceof NoSuite ? fail(failure.message) : failure;
});
if (values.features) {
  process.stdout.write(`${formatFeatures(files, expectations)}\n`);
  process.exit(0);
}
const results = await runFiles(files, { engine: values.engine, timeoutMs: Number(values.timeout), jobs: Number(values.jobs) });
const judged = files.map(({ name }, index) => judge(name, results[index] ?? [], values.engine, expectations));

if (values.json) process.stdout.write(`${JSON.stringify(judged, null, 2)}\n`);
else {
  const parts = [formatFailures(judged, values.verbose), formatTable(judged), ...(values.verbose ? [formatReasons(judged)] : [])];
  process.stdout.write(`${parts.filter((part) => part !== '').join('\n\n')}\n`);
}
process.exitCode = judged.some(isUnexpected) ? 1 : 0;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
