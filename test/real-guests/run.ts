/**
 * Builds programs in several languages with the compilers of this machine, and runs them on hostling's platforms, with both engines.
 *
 *     node test/real-guests/run.ts [--platform node,chromium,workerd] [--engine hostling,jco] [--filter text] [--wasi-testsuite DIR]
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildGuests } from '../../scripts/guests/build.ts';
import { inRoot } from '../../scripts/lib/root.ts';
import type { EngineName } from '../../src/core/engine/choose.ts';
import { messageOf } from '../../src/core/errors.ts';
import { readCases, type TestCase } from '../wasi-testsuite/cases.ts';
import { formatTable, isUnexpected, judge, type Outcome, readExpectations } from '../wasi-testsuite/table.ts';
import { choosePlatforms, runTests } from '../wasi-testsuite/trials.ts';
import { caseOf, listPrograms, type Program } from './programs.ts';
import { findToolchains, isMissing } from './toolchains.ts';

const { values } = parseArgs({
  options: {
    platform: { type: 'string' },
    engine: { type: 'string', default: 'hostling,jco' },
    filter: { type: 'string', default: '' },
    'wasi-testsuite': { type: 'string' },
  },
});
const engines = values.engine.split(',').filter((name): name is EngineName => name === 'hostling' || name === 'jco');
const toolchains = await findToolchains();
for (const toolchain of Object.values(toolchains)) {
  console.log(`${toolchain.name.padEnd(16)}${isMissing(toolchain) ? `missing: ${toolchain.get}` : toolchain.version}`);
}

let failed = false;

await buildGuests(['hello-p2', 'hello-p3']);
const built = await buildAll(listPrograms(toolchains).filter(({ name }) => name.includes(values.filter)));
const suite = values['wasi-testsuite'];
const others = suite === undefined ? [] : (await readCases(suite)).filter(({ name }) => name.includes(values.filter));
const outcomes = await runAll([...built, ...others]);
console.log(`\n${formatTable(outcomes)}`);
process.exitCode = failed || outcomes.some(isUnexpected) ? 1 : 0;

async function buildAll(programs: readonly Program[]): Promise<TestCase[]> {
  const folder = inRoot('.cache/real-guests');
  await mkdir(folder, { recursive: true });
  const cases: TestCase[] = [];
  for (const program of programs) {
    const line = `${program.name.padEnd(20)}${program.about.padEnd(40)}`;
    if (isMissing(program.toolchain)) {
      console.log(`${line}not built: there is no ${program.toolchain.name}`);
      continue;
    }
    try {
      const bytes = await program.build();
      const file = join(folder, `${program.name}.wasm`);
      await writeFile(file, bytes);
      console.log(`${line}${(bytes.length / 1000).toFixed(0)} KB`);
      cases.push(caseOf(program, file));
    } catch (failure) {
      console.error(`${line}FAILED: ${messageOf(failure)}`);
      failed = true;
    }
  }
  return cases;
}

async function runAll(cases: readonly TestCase[]): Promise<Outcome[]> {
  const expectations = await readExpectations();
  const outcomes: Outcome[] = [];
  for (const platform of choosePlatforms(values.platform)) {
    for (const engine of engines) {
      const column = engine === 'hostling' ? platform : `${platform} ${engine}`;
      await runTests(platform, { engine, jspi: true }, cases, ({ name }, failure, ms) => {
        outcomes.push({ test: name, platform: column, ...judge(expectations, name, platform, failure), ms });
      });
    }
  }
  return outcomes;
}
