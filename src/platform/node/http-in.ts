import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type ByteSource, chunkSize } from '../../core/engine/streams.ts';
import type { MaybePromise } from '../../core/engine/values.ts';
import { HostlingError, messageOf } from '../../core/errors.ts';
import type { FieldList, HttpRequest, HttpResponse } from '../../core/http/message.ts';
import type { CallSignal } from '../../core/ports/call-signal.ts';
import { isBodyless, statusOfFailure } from '../../core/http/status.ts';
import { incomingBody, rawOf, writeAll } from './http-body.ts';

/** Where to listen, and who answers. */
export interface ListenOptions {
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The signal aborts when the client goes away before its response was sent. A rejection is answered with a status and no body. */
  readonly handle: (request: HttpRequest, signal: CallSignal) => Promise<HttpResponse>;
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
    void answer(request, response, handle, () => busy.delete(socket));
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

/** @param onClose called once, when the response has gone or the connection has */
async function answer(message: IncomingMessage, outgoing: ServerResponse, handle: ListenOptions['handle'], onClose: () => void): Promise<void> {
  const signal = new RequestSignal();
  outgoing.once('close', () => {
    onClose();
    if (!outgoing.writableFinished) signal.abort(new HostlingError('cancelled', 'the client went away'));
  });
  let response: HttpResponse;
  try {
    response = await handle(toRequest(message), signal);
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

/** What tells a handler that its client has gone; an `AbortController` for each request costs more than the request's head. */
class RequestSignal implements CallSignal {
  aborted = false;
  reason: unknown;
  readonly #listeners = new Set<() => void>();

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }
  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
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

async function respond(outgoing: ServerResponse, response: HttpResponse, method: string): Promise<void> {
  const { status, headers, body } = response;
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
  const bodyless = isBodyless(method, status);
  const sized = headers.some(([name]) => name === 'content-length');
  if (body === undefined || bodyless) {
    body?.cancel();
    if (!sized && !bodyless) raw.push('content-length', '0');
    outgoing.writeHead(status, raw).end();
    return;
  }
  const { chunk, next } = await beginningOf(body);
  if (next === undefined) {
    const fields = await response.trailers;
    if (fields === undefined || fields.length === 0) {
      if (!sized) raw.push('content-length', String(chunk?.length ?? 0));
      endWith(outgoing.writeHead(status, raw), chunk);
      return;
    }
  }
  outgoing.writeHead(status, raw);
  if (!(await writeAll(continued(chunk, next, body), outgoing))) return;
  const fields = await response.trailers;
  if (fields !== undefined && fields.length > 0 && !sized) outgoing.addTrailers(fields);
  outgoing.end();
}

/** Up to this many bytes copying a body costs less than writing head and body as two. */
const shortBytes = 8192;

/** Sends all of a body: a short one as byte string, which Node puts behind the head, so that both are one write. */
function endWith(outgoing: ServerResponse, chunk: Uint8Array | undefined): void {
  if (chunk === undefined || chunk.length > shortBytes) outgoing.end(chunk);
  else outgoing.end(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1'), 'latin1');
}

/** What is known of a body in the turn in which its head came: most are short, and all of it; then `next` is absent. */
interface Beginning {
  readonly chunk: Uint8Array | undefined;
  readonly next: Promise<Uint8Array | undefined> | undefined;
}

async function beginningOf(body: ByteSource): Promise<Beginning> {
  const first = body.read(chunkSize);
  const chunk = first instanceof Promise ? await beforeNextTurn(first) : first;
  if (chunk === tooLate) return { chunk: undefined, next: first as Promise<Uint8Array | undefined> };
  if (chunk === undefined) return { chunk, next: undefined };
  const second = body.read(chunkSize);
  const more = second instanceof Promise ? await beforeNextTurn(second) : second;
  return { chunk, next: more === undefined ? undefined : Promise.resolve(second) };
}

const tooLate: unique symbol = Symbol('too late');

function beforeNextTurn<T>(value: Promise<T>): Promise<T | typeof tooLate> {
  return new Promise((resolve, reject) => {
    const turn = setImmediate(() => resolve(tooLate));
    value.then((settled) => {
      clearImmediate(turn);
      resolve(settled);
    }, reject);
  });
}

/** A body from its beginning, which was read already. */
function continued(chunk: Uint8Array | undefined, next: Promise<Uint8Array | undefined> | undefined, body: ByteSource): ByteSource {
  const read: MaybePromise<Uint8Array | undefined>[] = [...(chunk === undefined ? [] : [chunk]), next];
  return { read: (max) => (read.length > 0 ? read.shift() : body.read(max)), cancel: (reason) => body.cancel(reason) };
}
