import type { Step } from '../lib/steps.ts';
import { copyAdapters } from './adapters.ts';
import { compile } from './tsc.ts';
import { buildWorkers } from './workers.ts';

/** What the package is made of, in the order in which it is made. */
export const buildSteps: readonly Step[] = [
  { name: 'compile', run: compile },
  { name: 'preview 1 adapters', run: copyAdapters },
  { name: 'workers', run: buildWorkers },
];
