import { createServer, type AddressInfo } from 'node:net';
import { type Server, startServer } from './child.ts';
import { childScript, inRoot } from './paths.ts';
import { profileArgs } from './profile.ts';
import type { Reuse } from './workloads.ts';

/** How {@link startHostling} starts it. */
export interface ServeOptions {
  /** Absent: an instance for each request. */
  readonly reuse?: Reuse | undefined;
  /** Where it writes a profile when it ends. */
  readonly profile?: string;
}

/** `hostling serve`, as it is installed. */
export function startHostling(component: string, cacheDirectory: string, { reuse, profile }: ServeOptions = {}): Promise<Server> {
  const pool = reuse === undefined ? [] : ['--pool-size', String(reuse.poolSize), '--max-concurrency', String(reuse.maxConcurrency)];
  const args = [inRoot('bin/hostling.mjs'), 'serve', '--addr', '127.0.0.1:0', '--cache-dir', cacheDirectory, ...pool, component];
  return startServer(args, /listening on http:\/\/127\.0\.0\.1:(\d+)/, profile === undefined ? [] : profileArgs(profile));
}

/** How `jco serve` keeps requests apart: not at all, with an instance each, or with a worker thread each. */
export type Isolation = 'none' | 'instance' | 'worker';

/** `jco serve` with its defaults. */
export async function startJcoServe(component: string, isolation: Isolation): Promise<Server> {
  const port = String(await freePort());
  const args = ['--port', port, '--host', '127.0.0.1', ...(isolation === 'none' ? [] : ['--isolate-requests', isolation])];
  // What it says names the host it was given; the port is known.
  return startServer([inRoot('node_modules/.bin/jco'), 'serve', ...args, component], /Server listening @ 127\.0\.0\.1:(\d+)/);
}

/** preview3-shim's HTTP server, the only one there is for P3 handlers. */
export async function startShimServer(component: string, folder: string): Promise<Server> {
  return startServer([childScript('jco-server'), component, folder, String(await freePort())], /listening on (\d+)/);
}

/** Bare `node:http`. */
export function startPlain(): Promise<Server> {
  return startServer([childScript('plain-server')], /listening on (\d+)/);
}

/** A port that was free a moment ago, for programs that take no 0. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
