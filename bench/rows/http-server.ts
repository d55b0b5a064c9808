import type { Figure, Part, Row } from '../lib/figure.ts';
import { withGoal } from '../lib/goal.ts';
import { findLoadGenerator, manyConnections } from '../lib/load.ts';
import { interleaveServers } from '../lib/over-sockets.ts';
import { compared, type Sample } from '../lib/pairs.ts';
import { largeService } from '../lib/paths.ts';
import { startHostling, startPlain, startShimServer } from '../lib/servers.ts';
import { withCleanup } from '../lib/temporary.ts';
import { type Reuse, reusing } from '../lib/workloads.ts';

/** What a component costs behind a socket: against a server that does nothing, and against the only one there is for P3 handlers. */
export const row: Row = {
  name: 'http-server',
  about: `P3 HTTP component over a real socket, ${manyConnections} connections, against bare node:http and preview3-shim's server`,
  parts: () => [part('reused', 0.7, reusing(manyConnections)), part('fresh', 0.55)],
};

function part(name: 'reused' | 'fresh', ratio: number, reuse?: Reuse): Part {
  return {
    name,
    async measure({ pairs, loadSeconds }) {
      const load = await findLoadGenerator();
      const { path, label } = largeService();
      return withCleanup(async ({ folder, keep }) => {
        const servers = {
          ours: await keep(startHostling(path, await folder(), { reuse })),
          plain: await keep(startPlain()),
          shim: await keep(startShimServer(path, await folder())),
        };
        const { ours, plain, shim } = await interleaveServers(servers, load, { pairs, seconds: loadSeconds, connections: manyConnections });
        const against = (peer: string, samples: readonly Sample[]): Figure =>
          compared({ label: `${label}, ${name} (${load.name})`, unit: 'requests/s', ours, peer: { label: peer, samples } });
        return [withGoal(against('node:http hello world', plain), { ratio }), against('preview3-shim HttpServer, one instance for all calls', shim)];
      });
    },
    profile: ({ folder: profile, seconds }) =>
      withCleanup(async ({ folder, keep }) => {
        const load = await findLoadGenerator();
        const server = await keep(startHostling(largeService().path, await folder(), { reuse, profile }));
        await load.run(server.url, seconds, manyConnections);
      }),
  };
}
