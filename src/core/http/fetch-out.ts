import { chunkSize, sourceOf, type ByteSource } from '../engine/streams.ts';
import { messageOf } from '../errors.ts';
import { HttpOutError, type HttpOut, type HttpTimeouts } from '../ports/http-out.ts';
import { httpError } from '../wasi/http/error-code.ts';
import { declaredLength } from '../wasi/http/length.ts';
import type { HttpRequest, HttpResponse } from './message.ts';
import { isBodyless } from './status.ts';
import { fieldsToWeb, responseFromWeb, sourceToWeb } from './web.ts';

/** What of the request's settings a platform adds: caching and credentials are named differently, or not at all. */
export type FetchDefaults = Pick<RequestInit, 'cache' | 'credentials'>;

/** The `fetch` of a platform and what is special about it. */
export interface FetchOutOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly defaults?: FetchDefaults;
  /**
   * How request bodies travel. `stream`: as they are produced. `buffer`: gathered up to `bufferedBytes`, for platforms whose fetch takes no
   * streams, or only over HTTP/2.
   */
  readonly requestBodies: 'stream' | 'buffer';
  /** The most that is gathered of one request's body; 16 MiB unless told otherwise. */
  readonly bufferedBytes?: number;
  /** Whether a body too long for the buffer may be streamed after all. If not, it is refused with `HTTP-request-body-size`. */
  readonly streamsLongBodies?: boolean;
  /** Makes a body of known length of a stream, where the platform asks for that. */
  readonly sized?: (stream: ReadableStream<Uint8Array>, length: number) => ReadableStream<Uint8Array>;
}

const defaultTimeoutMs = 600_000;

/**
 * Outgoing HTTP over `fetch`.
 *
 * *Gotchas*: there are no trailers (a request's are waited for, so that a message broken off there is not sent whole). Redirects are
 * handed to the guest where the platform shows them; browsers hide them, which is an error here. Names that a browser keeps for
 * itself (`cookie`, `origin`, `user-agent` in some …) are left out by it without notice, and what a server does not share
 * with the page's origin (CORS) cannot be told from a server that is down. Content encodings are decoded by the platform: the fields
 * that speak of the encoded form are left out.
 */
export function createFetchOut(options: FetchOutOptions): HttpOut {
  return Object.freeze({
    trailers: false,
    send: (request: HttpRequest, timeouts: HttpTimeouts, signal: AbortSignal) => send(options, request, timeouts, signal),
  });
}

async function send(options: FetchOutOptions, request: HttpRequest, timeouts: HttpTimeouts, signal: AbortSignal): Promise<HttpResponse> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal.reason);
  const done = (): void => signal.removeEventListener('abort', abort);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort);
  const upload = new Upload(request, (failure) => controller.abort(failure));
  const timer = setTimeout(
    () => controller.abort(httpError('connection-read-timeout', 'the server did not answer in time')),
    (timeouts.connectMs ?? defaultTimeoutMs) + (timeouts.firstByteMs ?? defaultTimeoutMs),
  );
  try {
    const body = upload.source && (await bodyFor(options, upload, upload.source, request));
    controller.signal.throwIfAborted();
    const response = await options.fetch(`${request.scheme}://${request.authority}${request.path}`, {
      ...options.defaults,
      method: request.method,
      headers: fieldsToWeb(request.headers),
      redirect: 'manual',
      signal: controller.signal,
      ...(body === undefined ? undefined : { body, duplex: 'half' as const }),
    });
    // Browsers tell that there was a redirect and nothing else about it.
    if (response.type === 'opaqueredirect') {
      throw httpError('HTTP-protocol-error', 'the server redirects, and browsers do not show where to');
    }
    return incoming(request, response, timeouts, controller, done);
  } catch (failure) {
    done();
    upload.source?.cancel(failure);
    throw asFetchFailure(upload.failure ?? (controller.signal.aborted ? controller.signal.reason : failure), upload.triedLimit);
  } finally {
    clearTimeout(timer);
  }
}

/** The request's body with its trailers' verdict: fetch wraps what a body fails with, so that the failure is kept here. */
class Upload {
  readonly source: ByteSource | undefined;
  failure: unknown;
  /** How many bytes were gathered before the body was streamed after all. */
  triedLimit: number | undefined;

  constructor({ body, trailers }: HttpRequest, onFailure: (failure: unknown) => void) {
    if (body === undefined) return;
    this.source = {
      read: async (max) => {
        try {
          const chunk = await body.read(max);
          if (chunk === undefined) await trailers;
          return chunk;
        } catch (failure) {
          this.failure = failure;
          onFailure(failure);
          throw failure;
        }
      },
      cancel: (reason) => body.cancel(reason),
    };
  }
}

async function bodyFor(options: FetchOutOptions, upload: Upload, source: ByteSource, { method, headers }: HttpRequest): Promise<BodyInit | undefined> {
  const length = declaredLength(headers);
  // With these fetch refuses a body, even an empty one: whether there is one has to be known first.
  const bodyless = method === 'GET' || method === 'HEAD';
  if (options.requestBodies === 'stream' && !bodyless) {
    const stream = sourceToWeb(source);
    return length === undefined || options.sized === undefined ? stream : options.sized(stream, length);
  }
  const limit = options.bufferedBytes ?? 16 * 1024 * 1024;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const chunk = await source.read(chunkSize);
    if (chunk === undefined) return size === 0 ? undefined : join(chunks, size);
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  if (!options.streamsLongBodies) throw tooLong(limit);
  upload.triedLimit = limit;
  return sourceToWeb(prepend(chunks, source));
}

function tooLong(limit: number, cause?: unknown): HttpOutError {
  const message = `request bodies of more than ${limit} bytes cannot be sent from here, or only to servers that speak HTTP/2`;
  return httpError('HTTP-request-body-size', message, BigInt(limit), cause);
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function prepend(chunks: Uint8Array[], source: ByteSource): ByteSource {
  const first = sourceOf(...chunks);
  return { read: async (max) => (await first.read(max)) ?? source.read(max), cancel: (reason) => source.cancel(reason) };
}

function incoming(request: HttpRequest, response: Response, timeouts: HttpTimeouts, controller: AbortController, done: () => void): HttpResponse {
  const { status, headers, body } = responseFromWeb(response);
  const decoded = headers.some(([name]) => name === 'content-encoding');
  const fields = decoded ? headers.filter(([name]) => name !== 'content-encoding' && name !== 'content-length') : headers;
  if (body === undefined || isBodyless(request.method, status)) {
    body?.cancel();
    done();
    return { status, headers: fields };
  }
  const limitMs = timeouts.betweenBytesMs ?? defaultTimeoutMs;
  return {
    status,
    headers: fields,
    body: {
      async read(max) {
        const timer = setTimeout(() => controller.abort(httpError('connection-read-timeout', 'the server stopped sending')), limitMs);
        try {
          const chunk = await body.read(max);
          if (chunk === undefined) done();
          return chunk;
        } catch (failure) {
          done();
          const cause = controller.signal.aborted ? controller.signal.reason : failure;
          throw cause instanceof HttpOutError ? cause : httpError('HTTP-response-incomplete', messageOf(cause), undefined, cause);
        } finally {
          clearTimeout(timer);
        }
      },
      cancel(reason) {
        done();
        body.cancel(reason);
      },
    },
  };
}

/** Fetch says of every failure of the network only that there was one. */
function asFetchFailure(failure: unknown, triedLimit: number | undefined): HttpOutError {
  if (failure instanceof HttpOutError) return failure;
  if (failure instanceof TypeError && triedLimit !== undefined) return tooLong(triedLimit, failure);
  if (failure instanceof TypeError) {
    return httpError('destination-unavailable', `fetch failed: ${messageOf(failure.cause ?? failure)}`, undefined, failure);
  }
  return httpError('internal-error', messageOf(failure), messageOf(failure), failure);
}
