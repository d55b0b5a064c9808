/** The HTTP servers that the suite's clients talk to, on free loopback ports. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Endpoint, ServerSpec } from './cases.ts';

/** Running servers. */
export interface Servers {
  /** The environment variables that tell the guest where they are. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts the servers of a test. */
export async function startServers(specs: readonly ServerSpec[]): Promise<Servers> {
  const running: Server[] = [];
  const env: Record<string, string> = {};
  for (const { name, listening, endpoints } of specs) {
    const server = createServer((request, response) => void answer(endpoints, request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    env[`HTTP_SERVER_${name.toUpperCase()}`] = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    // A port that was free a moment ago refuses connections.
    if (listening) running.push(server);
    else await close(server);
  }
  return { env, close: async () => void (await Promise.all(running.map(close))) };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function answer(endpoints: readonly Endpoint[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body: Buffer[] = [];
  try {
    for await (const chunk of request) body.push(chunk);
  } catch {
    return; // the guest broke the request off
  }
  const endpoint = endpoints.find(({ method, path }) => method === request.method && path === request.url);
  if (isPreflight(request)) reply(request, response, 204, [], '');
  else if (endpoint === undefined) reply(request, response, 404, [], '');
  else if (endpoint.mode === 'echo-body') reply(request, response, 200, [], Buffer.concat(body));
  else if (endpoint.mode === 'echo-headers') reply(request, response, 200, echo(request), '');
  else if (typeof endpoint.body === 'string') reply(request, response, endpoint.status, Object.entries(endpoint.headers), endpoint.body);
  else await replyChunked(request, response, endpoint, endpoint.body);
}

function reply(request: IncomingMessage, response: ServerResponse, status: number, fields: [string, string][], body: string | Buffer): void {
  const length: [string, string][] = status === 204 ? [] : [['content-length', String(Buffer.byteLength(body))]];
  response.writeHead(status, head(request, [...fields, ...length]));
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Each piece is a chunk of its own on the wire. */
async function replyChunked(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, trailers }: Endpoint,
  chunks: readonly string[],
): Promise<void> {
  const names = Object.keys(trailers);
  const announced: [string, string][] = names.length === 0 ? [] : [['trailer', names.join(', ')]];
  response.writeHead(status, head(request, [...Object.entries(headers), ['transfer-encoding', 'chunked'], ...announced]));
  if (request.method !== 'HEAD') {
    for (const chunk of chunks) await new Promise((resolve) => response.write(chunk, resolve));
    response.addTrailers(trailers);
  }
  response.end();
}

/** The request line, headers and trailers as headers. */
function echo(request: IncomingMessage): [string, string][] {
  const fields: [string, string][] = [
    ['x-request-method', request.method ?? ''],
    ['x-request-path', request.url ?? ''],
  ];
  const { rawHeaders } = request;
  for (let at = 0; at < rawHeaders.length; at += 2) fields.push([`x-echo-${rawHeaders[at]?.toLowerCase()}`, rawHeaders[at + 1] ?? '']);
  for (const [name, value] of Object.entries(request.trailers)) fields.push([`x-trailer-${name}`, value ?? '']);
  return fields;
}

/** One connection for each request; pages of other origins may read everything. */
function head(request: IncomingMessage, fields: [string, string][]): string[] {
  const all: [string, string][] = [...fields, ['connection', 'close']];
  if (request.headers.origin !== undefined) {
    all.push(['access-control-allow-origin', '*'], ['access-control-expose-headers', '*']);
    all.push(['access-control-allow-methods', request.headers['access-control-request-method'] ?? '*']);
    all.push(['access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*']);
  }
  return all.flat();
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && 'access-control-request-method' in headers;
}
