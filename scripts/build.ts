/** Builds the package: `npm run build`. Quiet on success unless a terminal looks on. */
import { requireNode } from './lib/require-node.ts';

requireNode(24);

const { runStep } = await import('./lib/steps.ts');
const { buildSteps } = await import('./build/steps.ts');

for (const step of buildSteps) {
  if (!(await runStep(step, 'on-terminal'))) {
    process.exitCode = 1;
    break;
  }
}
