import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guestsDir } from '../../../scripts/guests/guest.ts';
import { buildTestPage } from '../../../scripts/lib/test-page.ts';
import type { Order } from './ask.ts';

/** The page of this folder, served with policies. */
export interface StrictServer {
  /** The page's address under one of the policies. */
  address(policy: string, order: Order): string;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const html = '<!doctype html><html lang="en"><title>strict</title><link rel="icon" href="data:," /><script type="module" src="page.js"></script></html>';

/** Builds the page and serves it below one folder for each policy; all its files, the worker's too, carry that policy. */
export async function serveStrictPage(policies: Readonly<Record<string, string>>): Promise<StrictServer> {
  const built = await mkdtemp(join(tmpdir(), 'strict-page-'));
  const entry = (name: string): string => fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  await buildTestPage({ page: entry('page'), worker: entry('worker') }, built);
  const server = createServer(async ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://page');
    const [, folder = '', file = ''] = pathname.split('/');
    const name = basename(pathname);
    try {
      const content = file === '' ? html : await readFile(join(folder === 'guests' ? guestsDir : built, name));
      const policy = policies[folder];
      if (policy !== undefined) response.setHeader('content-security-policy', policy);
      response.setHeader('content-type', types[extname(name)] ?? 'text/html').end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: (policy, order) => `http://127.0.0.1:${port}/${policy}/?order=${encodeURIComponent(JSON.stringify(order))}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(built, { recursive: true, force: true });
    },
  };
}
