/** Builds what is out of date, checks the sources and runs all tests: `npm test`. Further arguments go to vitest. */
import { requireNode } from './lib/require-node.ts';

requireNode(26);

const { runStep } = await import('./lib/steps.ts');
const { preparations, runTests } = await import('./lib/tests.ts');
const { checkSteps } = await import('./lib/checks.ts');

const args = process.argv.slice(2);
let failed = 0;
let skip = '';
for (const step of preparations) {
  if (await runStep(step)) continue;
  failed++;
  skip = step.name;
  break;
}
// Who asks for some of the tests does not ask for the checks.
if (skip === '' && args.length === 0) for (const step of checkSteps) if (!(await runStep(step))) failed++;
const outcome = skip === '' ? await runTests(args) : { passed: 0, failed: 0, skipped: 0 };
failed += outcome.failed;
console.log(`\n${outcome.passed} passed, ${failed} failed${outcome.skipped > 0 ? `, ${outcome.skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
