import { compare } from '../lib/comparison.ts';
import type { Part, Row } from '../lib/figure.ts';
import { withGoal } from '../lib/goal.ts';
import { compared } from '../lib/pairs.ts';
import { guest } from '../lib/paths.ts';
import { prepareServed } from '../lib/prepare.ts';
import { reusing } from '../lib/workloads.ts';

/** The guests, and how many times jco's calls each has to reach. */
const guests = [
  { name: 'hello-p2', ratio: 1 },
  { name: 'wat-http-p2', ratio: 3 },
] as const;

/**
 * jco's P2 handlers are only called by preview2-shim's server, so its requests come from the same process and what counts is the time in the
 * handler: without HTTP, and without reading the answer, which are counted on hostling's side.
 */
export const row: Row = {
  name: 'p2-calls',
  about: 'P2 HTTP component within the process, one at a time, against what `jco serve` runs: one instance for all calls',
  parts: () => [
    ...guests.flatMap(({ name, ratio }) => [callsPart(name, name, ratio, 'fresh'), callsPart(`${name}-reused`, name, ratio, 'reused')]),
    restorePart('hello-p2'),
  ],
};

function callsPart(part: string, name: string, ratio: number, how: 'fresh' | 'reused'): Part {
  return compare({
    name: part,
    where: 'node',
    prepare: (folder) => prepareServed(guest(name).path, folder),
    subjects: {
      host: { script: 'host-http', options: { by: 'message', ...(how === 'fresh' ? {} : { workload: reusing(1) }) } },
      served: { script: 'jco-served', options: {} },
    },
    questions: { ours: { of: 'host', kind: 'calls' }, theirs: { of: 'served', kind: 'times' } },
    figures: ({ ours, theirs }) => [
      withGoal(
        compared({
          label: `${guest(name).label}, ${how}`,
          unit: 'calls/s',
          ours,
          peer: { label: 'jco, the handler alone, one instance for all calls', samples: theirs },
        }),
        { ratio },
      ),
    ],
  });
}

function restorePart(name: string): Part {
  return compare({
    name: 'restore',
    where: 'node',
    prepare: (folder) => prepareServed(guest(name).path, folder),
    subjects: { instance: { script: 'restore', options: {} } },
    questions: { restored: { of: 'instance', kind: 'times' } },
    figures: ({ restored }) => [
      withGoal(compared({ label: `${guest(name).label}, bringing an instance back after a call`, unit: 'ms', ours: restored }), { atMost: 0.5 }),
    ],
  });
}
