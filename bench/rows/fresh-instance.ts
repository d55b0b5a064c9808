import type { Row } from '../lib/figure.ts';
import { findLoadGenerator, manyConnections } from '../lib/load.ts';
import { interleaveServers } from '../lib/over-sockets.ts';
import { peerOf, summarize } from '../lib/pairs.ts';
import { largeService } from '../lib/paths.ts';
import { startHostling, startPlain } from '../lib/servers.ts';
import { withCleanup } from '../lib/temporary.ts';

/** What isolation costs: a server that makes an instance for every request against one that does nothing. */
export const row: Row = {
  name: 'fresh-instance',
  about: 'a fresh instance for each request, against plain node:http',

  async measure({ pairs, loadSeconds }) {
    const load = await findLoadGenerator();
    const { path, label } = largeService();
    return withCleanup(async ({ folder, keep }) => {
      const servers = { ours: await keep(startHostling(path, await folder())), plain: await keep(startPlain()) };
      const { ours, plain } = await interleaveServers(servers, load, { pairs, seconds: loadSeconds, connections: manyConnections });
      const peer = peerOf('node:http hello world', ours, plain);
      return [{ label: `${label} (${load.name})`, unit: 'requests/s', ...summarize(ours), peer, goal: { text: '>= 0.15x', met: peer.ratio >= 0.15 } }];
    });
  },

  async profile({ nodeArgs, seconds }) {
    const load = await findLoadGenerator();
    await withCleanup(async ({ folder, keep }) => {
      const server = await keep(startHostling(largeService().path, await folder(), nodeArgs));
      await load.run(server.url, seconds, manyConnections);
    });
  },
};
