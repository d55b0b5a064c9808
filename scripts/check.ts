/** Everything that can be said of the sources without running them: `npm run check`. All steps run, also when one fails. */
import { requireNode } from './lib/require-node.ts';

requireNode(24);

const { runStep } = await import('./lib/steps.ts');
const { checkSteps } = await import('./lib/checks.ts');

let failed = 0;
for (const step of checkSteps) if (!(await runStep(step))) failed++;
if (failed > 0) process.exitCode = 1;
