import { type EnvironmentName, environmentLabels } from '../lib/environment.ts';
import { compare } from '../lib/comparison.ts';
import type { Figure, Part, Row } from '../lib/figure.ts';
import { type Limits, withGoal } from '../lib/goal.ts';
import { compared, type Sample } from '../lib/pairs.ts';
import { type Component, guest, largeService } from '../lib/paths.ts';
import { prepareHandler } from '../lib/prepare.ts';
import { reusing } from '../lib/workloads.ts';

const together = 16;

/**
 * The same component called by a host, and by what jco and preview3-shim give without one. A host gives each call an instance of its own,
 * or uses one for all when the workload asks for that; jco's output is one instance unless it is made to be instantiated.
 */
export const row: Row = {
  name: 'p3-http',
  about: 'P3 HTTP component within the process, against stock jco + preview3-shim',

  parts() {
    const service = largeService();
    return [
      ...(['node', 'chromium'] as const).flatMap((where) => [
        reusedPart(`${where}-reused`, where, service, { atMost: 25, ratio: 100 }),
        freshPart(`${where}-fresh`, where, service, { atMost: 60, p99Ms: 0.4, ratio: 25 }),
      ]),
      ...['wat-http-p3', 'hello-p3'].map((name) => guestPart(guest(name))),
    ];
  },
};

/** How a figure is named, and what it is held to. */
interface About {
  readonly where: EnvironmentName;
  readonly component: Component;
  readonly limits: Limits;
}

function figure({ where, component, limits }: About, how: string, ours: readonly Sample[], theirs: readonly Sample[], peerLabel: string): Figure {
  const label = `${environmentLabels[where]}: ${component.label}, ${how}`;
  return withGoal(compared({ label, unit: 'µs', ours, peer: { label: `jco, ${peerLabel}`, samples: theirs } }), limits);
}

function reusedPart(name: string, where: EnvironmentName, component: Component, limits: Limits): Part {
  const about = { where, component, limits };
  return compare({
    name,
    where,
    prepare: (folder) => prepareHandler(component.path, folder, ['shared']),
    subjects: {
      host: { script: 'host-http', options: { by: 'message', workload: reusing(together) } },
      shared: { script: 'jco-http', options: { mode: 'shared' } },
    },
    questions: {
      one: { of: 'host', kind: 'calls' },
      theirOne: { of: 'shared', kind: 'calls' },
      many: { of: 'host', kind: 'calls', chains: together },
      theirMany: { of: 'shared', kind: 'calls', chains: together },
    },
    figures: ({ one, theirOne, many, theirMany }) => [
      figure(about, 'reused, one at a time', one, theirOne, 'one instance for all calls'),
      figure(about, `reused, ${together} at a time`, many, theirMany, 'one instance for all calls'),
    ],
  });
}

function freshPart(name: string, where: EnvironmentName, component: Component, limits: Limits): Part {
  const about = { where, component, limits };
  // Many calls at once take as long as they wait for each other.
  const { p99Ms: _, ...limitsTogether } = limits;
  return compare({
    name,
    where,
    prepare: (folder) => prepareHandler(component.path, folder, ['shared', 'fresh']),
    subjects: {
      host: { script: 'host-http', options: { by: 'message' } },
      web: { script: 'host-http', options: { by: 'fetch' } },
      shared: { script: 'jco-http', options: { mode: 'shared' } },
      fresh: { script: 'jco-http', options: { mode: 'fresh' } },
    },
    questions: {
      one: { of: 'host', kind: 'calls' },
      web: { of: 'web', kind: 'calls' },
      theirOne: { of: 'shared', kind: 'calls' },
      theirFresh: { of: 'fresh', kind: 'calls' },
      many: { of: 'host', kind: 'calls', chains: together },
      theirMany: { of: 'shared', kind: 'calls', chains: together },
    },
    figures: ({ one, web, many, theirOne, theirFresh, theirMany }) => [
      figure(about, 'fresh, one at a time', one, theirOne, 'one instance for all calls'),
      figure(about, 'fresh, one at a time', one, theirFresh, 'an instance for each call'),
      figure({ ...about, limits: limitsTogether }, `fresh, ${together} at a time`, many, theirMany, 'one instance for all calls'),
      figure({ ...about, limits: {} }, 'fresh, one at a time, host.fetch', web, theirFresh, 'an instance for each call'),
    ],
  });
}

/** The repository's own guests, which differ in what they are written in. */
function guestPart(component: Component): Part {
  return compare({
    name: component.name,
    where: 'node',
    prepare: (folder) => prepareHandler(component.path, folder, ['shared']),
    subjects: { host: { script: 'host-http', options: { by: 'message' } }, shared: { script: 'jco-http', options: { mode: 'shared' } } },
    questions: { one: { of: 'host', kind: 'calls' }, theirOne: { of: 'shared', kind: 'calls' } },
    figures: ({ one, theirOne }) => [
      figure({ where: 'node', component, limits: { ratio: 3 } }, 'fresh, one at a time', one, theirOne, 'one instance for all calls'),
    ],
  });
}
