import { chunkSize, sourceOf, type ByteSource } from '../engine/streams.ts';
import type { MaybePromise } from '../engine/values.ts';
import type { FieldList, HttpRequest, HttpResponse } from './message.ts';
import { isBodyless } from './status.ts';

/** A web stream as a {@link ByteSource}. Cancelling the source cancels the stream. */
export function sourceFromWeb(stream: ReadableStream<Uint8Array>): ByteSource {
  const reader = stream.getReader();
  let rest: Uint8Array | undefined;
  let cancelled = false;
  const take = (chunk: Uint8Array, max: number): Uint8Array => {
    if (chunk.length <= max) {
      rest = undefined;
      return chunk;
    }
    rest = chunk.subarray(max);
    return chunk.subarray(0, max);
  };
  return {
    read(max): MaybePromise<Uint8Array | undefined> {
      if (cancelled) return undefined;
      return rest === undefined ? readNext(max) : take(rest, max);
    },
    cancel(reason) {
      if (cancelled) return;
      cancelled = true;
      // A stream that has failed already says so here again; there is nobody left to tell.
      reader.cancel(reason).catch(() => undefined);
    },
  };

  async function readNext(max: number): Promise<Uint8Array | undefined> {
    for (;;) {
      let chunk: Uint8Array | undefined;
      try {
        ({ value: chunk } = await reader.read());
      } catch (failure) {
        if (cancelled) return undefined;
        throw failure;
      }
      if (chunk === undefined || cancelled) return undefined;
      if (chunk.length > 0) return take(chunk, max);
    }
  }
}

/**
 * A source as a web stream: it is read when the stream's consumer asks, and cancelled when the consumer cancels. `trailers` are
 * waited for and left out, for the web has none; if they reject, the stream fails instead of ending.
 */
export function sourceToWeb(source: ByteSource, trailers?: Promise<FieldList | undefined>): ReadableStream<Uint8Array> {
  let cancelled = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await source.read(chunkSize);
          if (chunk !== undefined) {
            controller.enqueue(chunk);
            return;
          }
          await trailers;
        } catch (failure) {
          controller.error(failure);
          return;
        }
        // A cancelled stream cannot be closed once more.
        if (!cancelled) controller.close();
      },
      cancel(reason) {
        cancelled = true;
        source.cancel(reason);
      },
    },
    // Nothing is read ahead: what nobody asked for stays with the guest.
    { highWaterMark: 0 },
  );
}

/** Web headers as a list. `set-cookie` keeps its lines apart, other names come combined, as the web has them. */
export function fieldsFromWeb(headers: Headers): FieldList {
  return [...headers];
}

/** A list as web headers. */
export function fieldsToWeb(fields: FieldList): Headers {
  const headers = new Headers();
  for (const [name, value] of fields) headers.append(name, value);
  return headers;
}

/** A web request as the host has it. */
export function requestFromWeb(request: Request): HttpRequest {
  const url = new URL(request.url);
  return {
    method: request.method,
    scheme: url.protocol.slice(0, -1),
    authority: request.headers.get('host') ?? url.host,
    path: `${url.pathname}${url.search}`,
    headers: fieldsFromWeb(request.headers),
    body: bodyOf(request),
  };
}

/** Firefox shows no stream of a request's body (https://bugzilla.mozilla.org/show_bug.cgi?id=1387483): there it is read whole, once asked for. */
function bodyOf(request: Request): ByteSource | undefined {
  const body: ReadableStream<Uint8Array> | null | undefined = request.body;
  if (body !== undefined) return body === null ? undefined : sourceFromWeb(body);
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  let whole: Promise<ByteSource> | undefined;
  let cancelled = false;
  const gather = async (): Promise<ByteSource> => sourceOf(new Uint8Array(await request.arrayBuffer()));
  return {
    async read(max) {
      const source = await (whole ??= gather());
      return cancelled ? undefined : source.read(max);
    },
    cancel: () => void (cancelled = true),
  };
}

/** The host's request as a web request. Its address must be one the web can write. */
export function requestToWeb(request: HttpRequest, signal: AbortSignal): Request {
  const { method, scheme, authority, path, headers, body } = request;
  const init: RequestInit = { method, headers: fieldsToWeb(headers), redirect: 'manual', signal };
  return new Request(`${scheme}://${authority}${path}`, body === undefined ? init : { ...init, body: sourceToWeb(body), duplex: 'half' });
}

/**
 * The host's response as a web response. Statuses that have no body on the web get none; what the web cannot carry at all (a status
 * below 200) becomes a 502.
 */
export function responseToWeb(response: HttpResponse): Response {
  const { status, body, trailers } = response;
  const impossible = status < 200 || status > 599;
  if (body === undefined || impossible || status === 205 || isBodyless('', status)) {
    body?.cancel();
    return new Response(null, { status: impossible ? 502 : status, headers: fieldsToWeb(response.headers) });
  }
  return new Response(sourceToWeb(body, trailers), { status, headers: fieldsToWeb(response.headers) });
}

/** A web response as the host has it. */
export function responseFromWeb(response: Response): HttpResponse {
  return {
    status: response.status,
    headers: fieldsFromWeb(response.headers),
    body: response.body === null ? undefined : sourceFromWeb(response.body),
  };
}
