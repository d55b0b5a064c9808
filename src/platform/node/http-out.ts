import { Agent as HttpAgent, request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { splitAuthority } from '../../core/http/authority.ts';
import type { HttpRequest, HttpResponse } from '../../core/http/message.ts';
import { isBodyless } from '../../core/http/status.ts';
import type { HttpOut, HttpTimeouts } from '../../core/ports/http-out.ts';
import { httpError } from '../../core/wasi/http/error-code.ts';
import { fieldsOf, incomingBody, rawOf, writeAll } from './http-body.ts';
import { toHttpOutError } from './http-errors.ts';

/** Outgoing HTTP whose connections belong to whoever made it. */
export interface NodeHttpOut extends HttpOut {
  /** Closes every connection; requests under way fail. */
  close(): void;
}

/** How connections are kept. */
export interface NodeHttpOutOptions {
  /** How long an idle connection is kept; 60 s unless told otherwise. */
  readonly idleMs?: number;
  /** Certificates trusted besides Node's own, as PEM. */
  readonly ca?: string | readonly string[];
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

const defaultTimeoutMs = 600_000;

/** Outgoing HTTP/1.1 over Node's own client: trailers both ways, connections kept and reused, nothing followed or added. */
export function createNodeHttpOut(options: NodeHttpOutOptions = {}): NodeHttpOut {
  const settings = { keepAlive: true, timeout: options.idleMs ?? 60_000, maxFreeSockets: 32, scheduling: 'lifo' } as const;
  const agents: Agents = {
    http: new HttpAgent(settings),
    https: new HttpsAgent({ ...settings, ...(options.ca === undefined ? undefined : { ca: [...[options.ca].flat()] }) }),
  };
  return Object.freeze({
    trailers: true,
    send: (request: HttpRequest, timeouts: HttpTimeouts, signal: AbortSignal) => send(agents, request, timeouts, signal),
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  });
}

async function send(agents: Agents, request: HttpRequest, timeouts: HttpTimeouts, signal: AbortSignal): Promise<HttpResponse> {
  try {
    try {
      return await attempt(agents, request, timeouts, signal);
    } catch (failure) {
      // The server closed an idle connection while the request was on its way: nothing of it was read there.
      if (!(failure instanceof StaleConnection)) throw failure;
      return await attempt(agents, request, timeouts, signal);
    }
  } catch (failure) {
    request.body?.cancel(failure);
    throw toHttpOutError(failure instanceof StaleConnection ? failure.cause : failure);
  }
}

/** A kept connection turned out to be closed, and the request may be sent once more. */
class StaleConnection extends Error {}

const repeatable: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

function attempt(agents: Agents, request: HttpRequest, timeouts: HttpTimeouts, signal: AbortSignal): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const outgoing = open(agents, request);
    const timer = new Timer(outgoing);
    const onAbort = (): void => void outgoing.destroy(asError(signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    outgoing.once('close', () => {
      timer.stop();
      signal.removeEventListener('abort', onAbort);
    });
    const fail = (failure: unknown): void => {
      const code = (failure as NodeJS.ErrnoException).code;
      const stale = outgoing.reusedSocket && code === 'ECONNRESET' && request.body === undefined && repeatable.has(request.method);
      reject(stale ? new StaleConnection('', { cause: failure }) : signal.aborted ? signal.reason : failure);
    };
    outgoing.on('error', fail);
    outgoing.once('socket', (socket: Socket) => {
      const waitForAnswer = (): void => timer.start(timeouts.firstByteMs, 'connection-read-timeout', 'the server did not answer in time');
      if (!socket.connecting) {
        waitForAnswer();
        return;
      }
      timer.start(timeouts.connectMs, 'connection-timeout', 'the connection could not be made in time');
      socket.once(request.scheme === 'https' ? 'secureConnect' : 'connect', waitForAnswer);
    });
    outgoing.once('response', (message: IncomingMessage) => {
      timer.stop();
      resolve(incoming(message, request, timeouts, new Timer(message)));
    });
    transmit(outgoing, request, timer).catch((failure: unknown) => {
      outgoing.destroy(asError(failure));
      fail(failure);
    });
  });
}

function open(agents: Agents, request: HttpRequest): ClientRequest {
  const secure = request.scheme === 'https';
  const authority = splitAuthority(request.authority);
  if (authority === undefined) throw httpError('HTTP-request-URI-invalid', `${request.authority} is not a host`);
  const { host, port } = authority;
  // A flat list is sent as it is: nothing is added but what frames the message, which is decided here.
  const headers = ['host', request.authority, ...rawOf(request.headers), ...framing(request)];
  const target = {
    host: host.startsWith('[') ? host.slice(1, -1) : host,
    port: port ?? (secure ? 443 : 80),
    method: request.method,
    path: request.path,
    headers,
  };
  return secure ? requestHttps({ ...target, agent: agents.https }) : requestHttp({ ...target, agent: agents.http });
}

function framing({ body, headers, method }: HttpRequest): string[] {
  if (headers.some(([name]) => name === 'content-length')) return [];
  if (body !== undefined) return ['transfer-encoding', 'chunked'];
  // For these methods the absence of a body is said (RFC 9110, 8.6).
  return method === 'POST' || method === 'PUT' || method === 'PATCH' ? ['content-length', '0'] : [];
}

async function transmit(outgoing: ClientRequest, { body, headers, trailers }: HttpRequest, timer: Timer): Promise<void> {
  if (body === undefined) {
    outgoing.end();
    return;
  }
  if (!(await writeAll(body, outgoing, () => timer.refresh()))) return;
  const fields = await trailers;
  // Only a chunked message has room for trailers.
  if (fields !== undefined && !headers.some(([name]) => name === 'content-length')) outgoing.addTrailers(fields);
  outgoing.end();
}

function incoming(message: IncomingMessage, request: HttpRequest, timeouts: HttpTimeouts, timer: Timer): HttpResponse {
  const status = message.statusCode ?? 0;
  const headers = fieldsOf(message.rawHeaders);
  if (isBodyless(request.method, status)) {
    message.resume();
    return { status, headers };
  }
  const { source, trailers } = incomingBody(message, incomplete, () => void (message.complete ? message.resume() : message.destroy()));
  const read = source.read.bind(source);
  return {
    status,
    headers,
    trailers,
    body: {
      read(max) {
        const chunk = read(max);
        if (!(chunk instanceof Promise)) return chunk;
        timer.start(timeouts.betweenBytesMs, 'connection-read-timeout', 'the server stopped sending');
        return chunk.finally(() => timer.stop());
      },
      cancel: (reason) => source.cancel(reason),
    },
  };
}

function incomplete(failure: Error): unknown {
  const known = toHttpOutError(failure);
  if (known.code.tag !== 'connection-terminated' && known.code.tag !== 'internal-error') return known;
  return httpError('HTTP-response-incomplete', 'the connection ended before the response did', undefined, failure);
}

/** The one limit that applies to a request at a time. */
class Timer {
  readonly #target: ClientRequest | IncomingMessage;
  #timer: NodeJS.Timeout | undefined;

  constructor(target: ClientRequest | IncomingMessage) {
    this.#target = target;
  }

  start(ms: number | undefined, tag: 'connection-timeout' | 'connection-read-timeout', message: string): void {
    this.stop();
    this.#timer = setTimeout(() => this.#target.destroy(httpError(tag, message)), ms ?? defaultTimeoutMs);
  }

  /** Begins to count again, if it counts. */
  refresh(): void {
    this.#timer?.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('the request was given up', { cause: reason });
}
