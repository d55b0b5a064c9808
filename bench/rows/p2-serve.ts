import type { Figure, Row } from '../lib/figure.ts';
import { findLoadGenerator, manyConnections } from '../lib/load.ts';
import { interleaveServers } from '../lib/over-sockets.ts';
import { peerOf, summarize } from '../lib/pairs.ts';
import { choose, type Component, guest } from '../lib/paths.ts';
import { startHostling, startJcoServe } from '../lib/servers.ts';
import { withCleanup } from '../lib/temporary.ts';

const components = (): Component[] => [guest('hello-p2', '14 MB'), guest('wat-http-p2', '7 KB')];

/** `hostling serve` gives every request an instance of its own, as `jco serve` does in its isolating modes; its default shares one. */
export const row: Row = {
  name: 'p2-serve',
  about: 'P2 HTTP component over a real socket, requests/s, against `jco serve`',

  async measure({ pairs, loadSeconds }) {
    const load = await findLoadGenerator();
    const figures: Figure[] = [];
    for (const { path, label } of components()) {
      await withCleanup(async ({ folder, keep }) => {
        const { ours, instance, worker, none } = await interleaveServers(
          {
            ours: await keep(startHostling(path, await folder())),
            instance: await keep(startJcoServe(path, 'instance')),
            worker: await keep(startJcoServe(path, 'worker')),
            none: await keep(startJcoServe(path, 'none')),
          },
          load,
          { pairs, seconds: loadSeconds, connections: manyConnections },
        );
        for (const [mode, theirs] of [
          ['instance', instance],
          ['worker', worker],
        ] as const) {
          const peer = peerOf(`jco serve --isolate-requests ${mode}`, ours, theirs);
          figures.push({ label: `${label} (${load.name})`, unit: 'requests/s', ...summarize(ours), peer, goal: { text: '>= 5x', met: peer.ratio >= 5 } });
        }
        figures.push({
          label: `${label} (${load.name})`,
          unit: 'requests/s',
          ...summarize(ours),
          peer: peerOf('jco serve, one instance for all requests', ours, none),
        });
      });
    }
    return figures;
  },

  async profile({ component, nodeArgs, seconds }) {
    const load = await findLoadGenerator();
    await withCleanup(async ({ folder, keep }) => {
      const server = await keep(startHostling(choose(components(), component).path, await folder(), nodeArgs));
      await load.run(server.url, seconds, manyConnections);
    });
  },
};
