import { runScript } from '../lib/child.ts';
import type { Figure, Row } from '../lib/figure.ts';
import { type HeapRun, heapFigures } from '../lib/heap.ts';
import { childScript, guest } from '../lib/paths.ts';
import { withCleanup } from '../lib/temporary.ts';

const callsInRound = 500;

/** Whether a host that has answered many calls holds more than one that has answered few. */
export const row: Row = {
  name: 'heap',
  about: 'growth of memory over calls through the host',

  async measure({ heapRounds }) {
    const figures: Figure[] = [];
    for (const { path, label } of [guest('wat-http-p2', '7 KB'), guest('wat-http-p3', '9 KB'), guest('hello-p3', '1.2 MB')]) {
      const run = await withCleanup(async ({ folder }) => {
        const { stdout } = await runScript(childScript('host-heap'), [path, await folder(), String(heapRounds), String(callsInRound)], ['--expose-gc']);
        return JSON.parse(stdout) as HeapRun;
      });
      figures.push(...heapFigures(`${label}, ${heapRounds * callsInRound} calls`, run));
    }
    return figures;
  },
};
