import type { Server } from '../lib/child.ts';
import type { Part, Row } from '../lib/figure.ts';
import { withGoal } from '../lib/goal.ts';
import { findLoadGenerator, manyConnections } from '../lib/load.ts';
import { interleaveServers } from '../lib/over-sockets.ts';
import { compared } from '../lib/pairs.ts';
import { largeService } from '../lib/paths.ts';
import { startHostling, startPlain, startShimServer } from '../lib/servers.ts';
import { withCleanup } from '../lib/temporary.ts';
import { type Reuse, reusing } from '../lib/workloads.ts';

/** What a component costs behind a socket: against a server that does nothing, and against the only other one there is for P3 handlers. */
export const row: Row = {
  name: 'http-server',
  about: "P3 HTTP component over a real socket, against bare node:http and preview3-shim's server",
  parts: () => [
    part({ name: 'reused', how: 'reused', reuse: reusing(manyConnections), ratio: 0.7, ...plain }),
    part({ name: 'fresh', how: 'fresh', ratio: 0.55, ...plain }),
    part({ name: 'shim', how: 'fresh, one connection', ratio: 3, ...shim }),
  ],
};

/** Whom hostling is compared with. */
interface Against {
  readonly peer: string;
  readonly startPeer: (component: string, folder: string) => Promise<Server>;
  readonly connections: number;
}

interface About extends Against {
  readonly name: string;
  readonly how: string;
  readonly reuse?: Reuse;
  readonly ratio: number;
}

const plain: Against = { peer: 'node:http hello world', startPeer: startPlain, connections: manyConnections };
/** It ends when a client leaves in the middle of several requests. */
const shim: Against = { peer: 'preview3-shim HttpServer, one instance for all calls', startPeer: startShimServer, connections: 1 };

function part({ name, how, reuse, ratio, peer, startPeer, connections }: About): Part {
  return {
    name,
    async measure({ pairs, loadSeconds }) {
      const load = await findLoadGenerator();
      const { path, label } = largeService();
      return withCleanup(async ({ folder, keep }) => {
        const servers = { ours: await keep(startHostling(path, await folder(), { reuse })), theirs: await keep(startPeer(path, await folder())) };
        const { ours, theirs } = await interleaveServers(servers, load, { pairs, seconds: loadSeconds, connections });
        const figure = compared({ label: `${label}, ${how} (${load.name})`, unit: 'requests/s', ours, peer: { label: peer, samples: theirs } });
        return [withGoal(figure, { ratio })];
      });
    },
    profile: ({ folder: profile, seconds }) =>
      withCleanup(async ({ folder, keep }) => {
        const load = await findLoadGenerator();
        const server = await keep(startHostling(largeService().path, await folder(), { reuse, profile }));
        await load.run(server.url, seconds, connections);
      }),
  };
}
