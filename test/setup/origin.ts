import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { guestsDir } from '../../scripts/guests/guest.ts';

/** A loopback server that guests call and from which tests load guests, open to pages of every origin. */
export interface Origin {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** How long `/slow` takes and `/stream` pauses between chunks. */
const pauseMs = 100;

const routes: Readonly<Record<string, Answer>> = {
  '/echo': (request, response) => {
    response.flushHeaders();
    request.pipe(response);
  },
  '/slow': (_request, response) => void setTimeout(() => response.end('slow\n'), pauseMs),
  '/stream': (_request, response) => {
    let line = 0;
    const next = (): void => {
      if (++line > 5) response.end();
      else response.write(`line ${line}\n`, () => setTimeout(next, pauseMs));
    };
    next();
  },
  '/headers': ({ headers }, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(headers)),
  '/never': () => {},
};

/** Built guests are files here, for platforms without a disk. */
async function sendGuest(name: string, response: ServerResponse): Promise<void> {
  try {
    const bytes = await readFile(join(guestsDir, name));
    response.setHeader('content-type', 'application/wasm').end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

/** Starts the server on a free port. */
export async function startOrigin(): Promise<Origin> {
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { 'access-control-allow-methods': '*', 'access-control-allow-headers': '*' }).end();
      return;
    }
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    const status = /^\/status\/(\d{3})$/.exec(path)?.[1];
    const guest = /^\/guests\/([a-z0-9-]+\.wasm)$/.exec(path)?.[1];
    if (guest !== undefined) void sendGuest(guest, response);
    else if (status !== undefined) response.writeHead(Number(status)).end();
    else if (routes[path] === undefined) response.writeHead(404).end();
    else routes[path](request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
