import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { openEnvironment, type SubjectRequest } from '../lib/environment.ts';
import type { Part, Row } from '../lib/figure.ts';
import { type HeapRun, heapFigures } from '../lib/heap.ts';
import { type Component, guest, largeService } from '../lib/paths.ts';
import { componentFile, prepareBenchGuest, prepareGuest } from '../lib/prepare.ts';
import { withCleanup } from '../lib/temporary.ts';
import { reusing } from '../lib/workloads.ts';
import type { EngineKind } from '../subjects/engine.ts';

/** Whether who has made many calls holds more than who has made few. */
export const row: Row = {
  name: 'heap',
  about: 'growth of memory over calls, through the host and of the engine alone',

  parts() {
    const service = largeService();
    return [
      ...['wat-http-p2', 'wat-http-p3', 'hello-p2', 'hello-p3'].map((name) => hostPart(name, guest(name))),
      hostPart('service', service),
      hostPart('service-reused', service, reusing(1)),
      enginePart('import-later', 'async import', prepareGuest('wat-async')),
      enginePart('string', '1 KB of text', prepareBenchGuest('echo')),
      ...(['in-later', 'out', 'between'] as const).map((kind) => enginePart(kind, `1 MB ${kind}`, prepareBenchGuest('streams'))),
    ];
  },
};

function hostPart(name: string, { path, label }: Component, workload?: object): Part {
  const prepare = (folder: string): Promise<void> => symlink(path, join(folder, componentFile));
  const how = workload === undefined ? 'fresh' : 'reused';
  return part(name, `${label}, ${how}`, prepare, { script: 'host-http', options: { by: 'message', workload } });
}

function enginePart(kind: EngineKind, label: string, prepare: (folder: string) => Promise<void>): Part {
  return part(`engine-${kind}`, `one instance, ${label}`, prepare, { script: 'engine', options: { side: 'own', kind } });
}

function part(name: string, label: string, prepare: (folder: string) => Promise<void>, subject: Pick<SubjectRequest, 'script' | 'options'>): Part {
  return {
    name,
    measure: ({ heapRounds, heapCalls }) =>
      withCleanup(async ({ folder, keep }) => {
        const files = await folder();
        await prepare(files);
        const node = await keep(openEnvironment('node'));
        const started = await keep(node.start({ ...subject, folder: files, nodeArgs: ['--expose-gc'] }));
        return heapFigures(label, await started.ask<HeapRun>({ kind: 'heap', rounds: heapRounds, calls: heapCalls }));
      }),
  };
}
