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
  parts: () => (['node', 'chromium'] as const).map(part),
};

function part(where: EnvironmentName): Part {
  return compare({
    name: where,
    where,
    prepare: (folder) => prepareHandler(largeService().path, folder, ['fresh']),
    subjects: {
      bytes: { script: 'instances', options: { side: 'own', from: 'bytes' } },
      component: { script: 'instances', options: { side: 'own', from: 'component' } },
      jco: { script: 'instances', options: { side: 'jco', from: 'component' } },
    },
    questions: {
      first: { of: 'bytes', kind: 'batches' },
      further: { of: 'component', kind: 'batches' },
      theirs: { of: 'jco', kind: 'batches' },
    },
    figures({ first, further, theirs }) {
      const label = `${environmentLabels[where]}: ${largeService().label}`;
      const peer = { label: 'jco output, instantiate', samples: theirs };
      return [
        withGoal(compared({ label: `${label}, read and linked`, unit: 'ms', ours: first }), { atMost: 5 }),
        withGoal(compared({ label: `${label}, a further instance`, unit: 'ms', ours: further, peer }), { atMost: 0.1 }),
      ];
    },
  });
}
