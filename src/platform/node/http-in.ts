import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { HostlingError, messageOf } from '../../core/errors.ts';
import type { FieldList, HttpRequest, HttpResponse } from '../../core/http/message.ts';
import { isBodyless, statusOfFailure } from '../../core/http/status.ts';
import { incomingBody, rawOf, writeAll } from './http-body.ts';

/** Where to listen, and who answers. */
export interface ListenOptions {
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The signal aborts when the client goes away before its response was sent. A rejection is answered with a status and no body. */
  readonly handle: (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>;
}

/** A server that listens. */
export interface HttpListener {
  readonly address: string;
  readonly port: number;
  /** Takes no more connections, lets requests under way finish for `graceMs` (10 s unless told otherwise), then breaks them off. */
  close(graceMs?: number): Promise<void>;
}

/**
 * An HTTP/1.1 server straight over Node's.
 * @throws HostlingError `address-in-use` or `address-unavailable`
 */
export async function listen({ address, port, handle }: ListenOptions): Promise<HttpListener> {
  // A request may take as long as its body takes to be read; only its head has to come soon.
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 });
  let closing = false;
  const connections = new Set<Socket>();
  /** Connections with a request whose head has come and whose response has not gone. */
  const busy = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', (request, response) => {
    if (closing) response.shouldKeepAlive = false;
    const { socket } = request;
    busy.add(socket);
    response.once('close', () => busy.delete(socket));
    void answer(request, response, handle);
  });
  await bind(server, address, port);
  const bound = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return Object.freeze({
    address: bound.address,
    port: bound.port,
    close(graceMs = 10_000) {
      closing = true;
      closed ??= new Promise<void>((resolve) => {
        // A connection that a client keeps open, or sends half a head on, is no request under way.
        const closeIdle = (): void => {
          for (const socket of connections) if (!busy.has(socket)) socket.destroy();
        };
        server.closeIdleConnections();
        const idle = setInterval(closeIdle, 50);
        const limit = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearInterval(idle);
          clearTimeout(limit);
          resolve();
        });
      });
      return closed;
    },
  });
}

function bind(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (failure: NodeJS.ErrnoException): void => {
      const code = failure.code === 'EADDRINUSE' ? 'address-in-use' : 'address-unavailable';
      reject(new HostlingError(code, `cannot listen on ${address}:${port}: ${messageOf(failure)}`, { cause: failure }));
    };
    server.once('error', refused);
    server.listen(port, address, () => {
      server.off('error', refused);
      resolve();
    });
  });
}

async function answer(message: IncomingMessage, outgoing: ServerResponse, handle: ListenOptions['handle']): Promise<void> {
  const controller = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) controller.abort(new HostlingError('cancelled', 'the client went away'));
  });
  let response: HttpResponse;
  try {
    response = await handle(toRequest(message), controller.signal);
  } catch (failure) {
    if (!outgoing.destroyed) outgoing.writeHead(statusOfFailure(failure), ['content-length', '0']).end();
    return;
  }
  try {
    await respond(outgoing, response, message.method ?? 'GET');
  } catch {
    // The head is out: only a connection that breaks tells the client that this was not all. Whoever failed knows its reason.
    outgoing.destroy();
  }
}

function toRequest(message: IncomingMessage): HttpRequest {
  const headers: FieldList = [];
  const raw = message.rawHeaders;
  let authority = '';
  let hasBody = false;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]!.toLowerCase();
    const value = raw[index + 1]!;
    if (name === 'host') authority = value;
    else if (name === 'transfer-encoding' || (name === 'content-length' && value !== '0')) hasBody = true;
    headers.push([name, value]);
  }
  const scheme = 'encrypted' in message.socket ? 'https' : 'http';
  const head = { method: message.method ?? 'GET', scheme, authority, path: message.url ?? '/', headers };
  // The absolute form, which a client uses towards a proxy, carries the authority that counts (RFC 9112, 3.2.2).
  if (!head.path.startsWith('/') && URL.canParse(head.path)) {
    const url = new URL(head.path);
    head.authority = url.host;
    head.path = `${url.pathname}${url.search}`;
  }
  if (!hasBody) return head;
  // The rest of a body that nobody wants is read and thrown away, so that the response still gets out.
  const { source, trailers } = incomingBody(
    message,
    (failure) => failure,
    () => message.resume(),
  );
  return { ...head, body: source, trailers };
}

async function respond(outgoing: ServerResponse, { status, headers, body, trailers }: HttpResponse, method: string): Promise<void> {
  if (outgoing.destroyed) {
    body?.cancel();
    return;
  }
  const raw = rawOf(headers);
  if (status < 200) {
    body?.cancel();
    outgoing.writeHead(502, ['content-length', '0']).end();
    return;
  }
  const sized = headers.some(([name]) => name === 'content-length');
  if (body === undefined || isBodyless(method, status)) {
    body?.cancel();
    if (!sized && !isBodyless(method, status)) raw.push('content-length', '0');
    outgoing.writeHead(status, raw).end();
    return;
  }
  outgoing.writeHead(status, raw);
  if (!(await writeAll(body, outgoing))) return;
  const fields = await trailers;
  if (fields !== undefined && fields.length > 0 && !sized) outgoing.addTrailers(fields);
  outgoing.end();
}
