import { type EnvironmentName, environmentLabels } from '../lib/environment.ts';
import { compare } from '../lib/comparison.ts';
import type { Part, Row } from '../lib/figure.ts';
import { withGoal } from '../lib/goal.ts';
import { compared } from '../lib/pairs.ts';
import { largeService } from '../lib/paths.ts';
import { prepareHandler } from '../lib/prepare.ts';

/** What stands between a component and its first call: its core modules are compiled already, its digest is known, nothing is called. */
export const row: Row = {
  name: 'instances',
  about: 'from bytes to an instance, core modules compiled already, and each further instance, with WASI',
  parts: () => (['node', 'chromium'] as const).flatMap((where) => [readPart(where), furtherPart(where)]),
};

function labelOf(where: EnvironmentName, what: string): string {
  return `${environmentLabels[where]}: ${largeService().label}, ${what}`;
}

function readPart(where: EnvironmentName): Part {
  return compare({
    name: `${where}-read`,
    where,
    prepare: (folder) => prepareHandler(largeService().path, folder, []),
    subjects: { bytes: { script: 'instances', options: { side: 'own', from: 'bytes' } } },
    questions: { first: { of: 'bytes', kind: 'batches' } },
    figures: ({ first }) => [withGoal(compared({ label: labelOf(where, 'read and linked'), unit: 'ms', ours: first }), { atMost: 5 })],
  });
}

function furtherPart(where: EnvironmentName): Part {
  return compare({
    name: `${where}-further`,
    where,
    prepare: (folder) => prepareHandler(largeService().path, folder, ['fresh']),
    subjects: {
      component: { script: 'instances', options: { side: 'own', from: 'component' } },
      core: { script: 'instances', options: { side: 'core', from: 'component' } },
      jco: { script: 'instances', options: { side: 'jco', from: 'component' } },
    },
    questions: { further: { of: 'component', kind: 'batches' }, core: { of: 'core', kind: 'batches' }, theirs: { of: 'jco', kind: 'batches' } },
    figures: ({ further, core, theirs }) => [
      withGoal(
        compared({ label: labelOf(where, 'a further instance'), unit: 'ms', ours: further, peer: { label: 'jco output, instantiate', samples: theirs } }),
        { atMost: 0.1 },
      ),
      compared({ label: labelOf(where, 'of it the core instances alone'), unit: 'ms', ours: core }),
    ],
  });
}
