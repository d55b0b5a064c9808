import type { Part, Row } from '../lib/figure.ts';
import { withGoal } from '../lib/goal.ts';
import { findLoadGenerator, manyConnections } from '../lib/load.ts';
import { interleaveServers } from '../lib/over-sockets.ts';
import { compared, type Sample } from '../lib/pairs.ts';
import { guest } from '../lib/paths.ts';
import { startHostling, startJcoServe } from '../lib/servers.ts';
import { withCleanup } from '../lib/temporary.ts';

/** `hostling serve` gives every request an instance of its own, as `jco serve` does in its isolating modes; its default shares one. */
export const row: Row = {
  name: 'p2-serve',
  about: 'P2 HTTP component over a real socket, requests/s, against `jco serve`',
  parts: () => ['hello-p2', 'wat-http-p2'].map(part),
};

function part(name: string): Part {
  return {
    name,
    async measure({ pairs, loadSeconds }) {
      const load = await findLoadGenerator();
      const { path, label } = guest(name);
      return withCleanup(async ({ folder, keep }) => {
        const servers = {
          ours: await keep(startHostling(path, await folder())),
          instance: await keep(startJcoServe(path, 'instance')),
          worker: await keep(startJcoServe(path, 'worker')),
          none: await keep(startJcoServe(path, 'none')),
        };
        const { ours, instance, worker, none } = await interleaveServers(servers, load, { pairs, seconds: loadSeconds, connections: manyConnections });
        const against = (peer: string, samples: readonly Sample[], ratio?: number) =>
          withGoal(
            compared({ label: `${label} (${load.name})`, unit: 'requests/s', ours, peer: { label: peer, samples } }),
            ratio === undefined ? {} : { ratio },
          );
        return [
          against('jco serve --isolate-requests instance', instance, 5),
          against('jco serve --isolate-requests worker', worker, 5),
          against('jco serve, one instance for all requests', none),
        ];
      });
    },
    profile: ({ folder: profile, seconds }) =>
      withCleanup(async ({ folder, keep }) => {
        const load = await findLoadGenerator();
        const server = await keep(startHostling(guest(name).path, await folder(), { profile }));
        await load.run(server.url, seconds, manyConnections);
      }),
  };
}
