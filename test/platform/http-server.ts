import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';

/** A server for the suites of outgoing HTTP, open to pages of every origin. */
export interface TestServer {
  readonly authority: string;
  close(): Promise<void>;
}

/** Starts the server on a free loopback port. */
export async function startTestServer(): Promise<TestServer> {
  let endless = 0;
  const routes: Record<string, (request: IncomingMessage, response: ServerResponse) => unknown> = {
    '/reflect': ({ method, url, headers }, response) => response.end(JSON.stringify({ method, url, headers })),
    '/echo': (request, response) => {
      response.flushHeaders();
      return request.pipe(response);
    },
    '/chunks': async (request, response) => {
      for (const chunk of request.method === 'HEAD' ? [] : ['one', 'two', 'three']) {
        response.write(chunk);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      response.end();
    },
    '/fields': (_request, response) =>
      response.writeHead(200, ['x-twice', 'a', 'set-cookie', 'one', 'x-twice', 'b', 'set-cookie', 'two', 'x-bytes', '\u00ff', 'content-length', '0']).end(),
    '/redirect': (_request, response) => response.writeHead(302, { location: '/reflect' }).end(),
    '/trailers': async (request, response) => {
      for await (const chunk of request) response.write(chunk);
      response.addTrailers(Object.entries(request.trailers).map(([name, value]): [string, string] => [`x-echoed-${name}`, value ?? '']));
      response.end();
    },
    '/silent': () => {},
    '/stall': (_request, response) => response.write('x'),
    '/cut': (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('part', () => response.destroy());
    },
    '/endless': (request, response) => {
      endless++;
      request.socket.once('close', () => endless--);
      const write = (): void => {
        while (response.write('x'.repeat(10_000)));
      };
      response.on('drain', write);
      write();
    },
    '/endless/open': (_request, response) => response.end(String(endless)),
  };
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { 'access-control-allow-methods': '*', 'access-control-allow-headers': '*' }).end();
      return;
    }
    const path = request.url?.split('?')[0] ?? '/';
    const status = /^\/status\/(\d+)$/.exec(path)?.[1];
    if (status !== undefined) response.writeHead(Number(status)).end();
    else if (routes[path] === undefined) response.writeHead(404).end();
    else void routes[path](request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    authority: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An authority where nobody listens: the port was free a moment ago. */
export async function deadAuthority(): Promise<string> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}
