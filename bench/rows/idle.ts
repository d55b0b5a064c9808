import { runScript } from '../lib/child.ts';
import type { Row } from '../lib/figure.ts';
import { childScript, guest } from '../lib/paths.ts';
import { withCleanup } from '../lib/temporary.ts';

const workloads = 100;

/** What a host costs that has nothing to do. */
export const row: Row = {
  name: 'idle',
  about: `processor time with ${workloads} workloads started and none called`,

  parts: () => [
    {
      name: 'workloads',
      async measure({ idleMs }) {
        const { path, label } = guest('hello-p3');
        const stdout = await withCleanup(async ({ folder }) => {
          const run = await runScript(childScript('host-idle'), [path, await folder(), String(workloads), String(idleMs)]);
          return run.stdout;
        });
        const { percent } = JSON.parse(stdout) as { percent: number };
        return [{ label: `${workloads} x ${label}, over ${idleMs / 1000} s`, unit: '% of a core', value: percent, goal: { text: '< 1 %', met: percent < 1 } }];
      },
    },
  ],
};
