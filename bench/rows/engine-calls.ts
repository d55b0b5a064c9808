import { type EnvironmentName, environmentLabels } from '../lib/environment.ts';
import { compare } from '../lib/comparison.ts';
import { prepareBenchGuest, prepareGuest } from '../lib/prepare.ts';
import type { Part, Row } from '../lib/figure.ts';
import { type Limits, withGoal } from '../lib/goal.ts';
import { compared } from '../lib/pairs.ts';
import type { EngineKind } from '../subjects/engine.ts';

interface Case {
  readonly kind: EngineKind;
  readonly label: string;
  readonly prepare: (folder: string) => Promise<void>;
  readonly limits: Limits;
}

const cases: readonly Case[] = [
  { kind: 'add', label: 'sync export, two integers', prepare: prepareGuest('wat-sync'), limits: { atMost: 0.15 } },
  { kind: 'string', label: 'sync export, 1 KB of text in and out', prepare: prepareBenchGuest('echo'), limits: { atMost: 3 } },
  { kind: 'import-now', label: 'async export, async import that answers at once', prepare: prepareGuest('wat-async'), limits: { atMost: 1 } },
  { kind: 'import-later', label: 'async export, async import that answers a microtask later', prepare: prepareGuest('wat-async'), limits: { atMost: 3 } },
];

/** What a call of a component costs, with nothing of a host around it. */
export const row: Row = {
  name: 'engine-calls',
  about: 'calls of one instance without a host, one at a time, against stock jco output',
  parts: () => (['node', 'chromium'] as const).flatMap((where) => cases.map((one) => part(where, one))),
};

function part(where: EnvironmentName, { kind, label, prepare, limits }: Case): Part {
  return compare({
    name: `${where}-${kind}`,
    where,
    prepare,
    subjects: { own: { script: 'engine', options: { side: 'own', kind } }, jco: { script: 'engine', options: { side: 'jco', kind } } },
    questions: { ours: { of: 'own', kind: 'batches' }, theirs: { of: 'jco', kind: 'batches' } },
    figures: ({ ours, theirs }) => [
      withGoal(compared({ label: `${environmentLabels[where]}: ${label}`, unit: 'µs', ours, peer: { label: 'jco output', samples: theirs } }), limits),
    ],
  });
}
