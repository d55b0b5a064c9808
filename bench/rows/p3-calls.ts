import { startSubject } from '../lib/child.ts';
import type { Figure, Peer, Row } from '../lib/figure.ts';
import { findLoadGenerator } from '../lib/load.ts';
import { interleaveServers } from '../lib/over-sockets.ts';
import { interleave, peerOf, type Sample, summarize } from '../lib/pairs.ts';
import { childScript, choose, type Component, guest, rustService } from '../lib/paths.ts';
import { startHostling, startShimServer } from '../lib/servers.ts';
import { withCleanup } from '../lib/temporary.ts';

function components(): Component[] {
  const rust = rustService();
  return [guest('hello-p3', '1.2 MB'), guest('wat-http-p3', '9 KB'), ...(rust === undefined ? [] : [rust])];
}

function goal({ ratio }: Peer): { text: string; met: boolean } {
  return { text: '>= 3x', met: ratio >= 3 };
}

/**
 * The same component, one call at a time, against what jco and preview3-shim give without a host: within the process against one shared
 * instance and against an instance for each call, and over a socket against the shim's HTTP server.
 */
export const row: Row = {
  name: 'p3-calls',
  about: 'P3 HTTP component, one call at a time, against stock jco + preview3-shim',

  async measure({ pairs, callMs, loadSeconds }) {
    const load = await findLoadGenerator();
    const figures: Figure[] = [];
    for (const { path, label } of components()) {
      figures.push(
        ...(await withCleanup(async ({ folder, keep }) => {
          const host = await keep(startSubject(childScript('host-calls'), [path, await folder()]));
          const shared = await keep(startSubject(childScript('jco-calls'), [path, await folder(), 'shared']));
          const fresh = await keep(startSubject(childScript('jco-calls'), [path, await folder(), 'fresh']));
          const calls = await interleave(pairs, {
            message: () => host.ask<Sample>({ kind: 'message', ms: callMs }),
            shared: () => shared.ask<Sample>({ ms: callMs }),
            fresh: () => fresh.ask<Sample>({ ms: callMs }),
            fetch: () => host.ask<Sample>({ kind: 'fetch', ms: callMs }),
          });
          const figure = (how: string, ours: readonly Sample[], theirs: readonly Sample[], peerLabel: string): Figure => {
            const peer = peerOf(peerLabel, ours, theirs);
            return { label: `${label}, ${how}`, unit: 'calls/s', ...summarize(ours), peer, goal: goal(peer) };
          };
          return [
            figure('host.handle', calls.message, calls.fresh, 'jco, an instance for each call'),
            figure('host.handle', calls.message, calls.shared, 'jco, one instance for all calls'),
            figure('host.fetch', calls.fetch, calls.fresh, 'jco, an instance for each call'),
          ];
        })),
        await withCleanup(async ({ folder, keep }) => {
          const servers = { ours: await keep(startHostling(path, await folder())), theirs: await keep(startShimServer(path, await folder())) };
          const { ours, theirs } = await interleaveServers(servers, load, { pairs, seconds: loadSeconds, connections: 1 });
          const peer = peerOf('preview3-shim HttpServer, one instance for all calls', ours, theirs);
          return { label: `${label}, over a socket (${load.name})`, unit: 'requests/s', ...summarize(ours), peer, goal: goal(peer) };
        }),
      );
    }
    return figures;
  },

  async profile({ component, nodeArgs, seconds }) {
    await withCleanup(async ({ folder, keep }) => {
      const host = await keep(startSubject(childScript('host-calls'), [choose(components(), component).path, await folder()], nodeArgs));
      await host.ask({ kind: 'message', ms: seconds * 1000 });
    });
  },
};
