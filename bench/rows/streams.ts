import { type EnvironmentName, environmentLabels } from '../lib/environment.ts';
import { compare } from '../lib/comparison.ts';
import type { Part, Row } from '../lib/figure.ts';
import { withGoal } from '../lib/goal.ts';
import { compared } from '../lib/pairs.ts';
import { prepareBenchGuest } from '../lib/prepare.ts';
import { megabyte } from '../subjects/engine-calls.ts';
import type { EngineKind } from '../subjects/engine.ts';

const ways: readonly (readonly [kind: EngineKind, label: string])[] = [
  ['in', 'host to guest, chunks that are there'],
  ['in-later', 'host to guest, a promise for each chunk'],
  ['out', 'guest to host'],
  ['out-into', "guest to host, into the host's buffer"],
  ['between', 'guest to guest'],
];

/** How fast bytes go through, the call that begins the stream and ends with it included. */
export const row: Row = {
  name: 'streams',
  about: '1 MB for each call through a stream<u8>, 64 KB at a time, against stock jco output',
  parts: () => (['node', 'chromium'] as const).flatMap((where) => ways.map(([kind, label]) => part(where, kind, label))),
};

function part(where: EnvironmentName, kind: EngineKind, label: string): Part {
  return compare({
    name: `${where}-${kind}`,
    where,
    prepare: prepareBenchGuest('streams'),
    subjects: { own: { script: 'engine', options: { side: 'own', kind } }, jco: { script: 'engine', options: { side: 'jco', kind } } },
    questions: { ours: { of: 'own', kind: 'batches' }, theirs: { of: 'jco', kind: 'batches' } },
    figures: ({ ours, theirs }) => [
      withGoal(
        compared({ label: `${environmentLabels[where]}: ${label}`, unit: 'GB/s', bytes: megabyte, ours, peer: { label: 'jco output', samples: theirs } }),
        { atLeast: 2 },
      ),
    ],
  });
}
