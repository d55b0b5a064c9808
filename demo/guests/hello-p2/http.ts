import { Fields, OutgoingBody, OutgoingResponse, ResponseOutparam } from 'wasi:http/types@0.2.12';
import type { IncomingBody, IncomingRequest } from 'wasi:http/types@0.2.12';

// The most that one blocking write may carry.
const pieceSize = 4096;

/** A response body that goes out piece by piece. */
export interface BodyWriter {
  write(data: string | Uint8Array): void;
  end(): void;
}

/** Sends status and headers; what is written afterwards reaches the client at once. */
export function respond(out: ResponseOutparam, status: number, contentType: string): BodyWriter {
  const headers = Fields.fromList([['content-type', new TextEncoder().encode(contentType)]]);
  const response = new OutgoingResponse(headers);
  response.setStatusCode(status);
  const body = response.body();
  ResponseOutparam.set(out, { tag: 'ok', val: response });
  const stream = body.write();
  return {
    write(data) {
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      for (let at = 0; at < bytes.length; at += pieceSize) {
        stream.blockingWriteAndFlush(bytes.subarray(at, at + pieceSize));
      }
    },
    end() {
      // The stream is a child of the body and has to go first.
      stream[Symbol.dispose]();
      OutgoingBody.finish(body, undefined);
    },
  };
}

/** Answers with a text. */
export function respondText(out: ResponseOutparam, status: number, text: string, contentType = 'text/plain'): void {
  const body = respond(out, status, contentType);
  body.write(text);
  body.end();
}

/** Answers 200 with JSON. */
export function respondJson(out: ResponseOutparam, value: unknown): void {
  respondText(out, 200, `${JSON.stringify(value, null, 2)}\n`, 'application/json');
}

/** The body of a request or response, as it arrives. */
export function* readBody(body: IncomingBody): Generator<Uint8Array> {
  const stream = body.stream();
  try {
    for (;;) yield stream.blockingRead(BigInt(pieceSize));
  } catch (error) {
    if (!isClosed(error)) throw error;
  } finally {
    stream[Symbol.dispose]();
  }
}

/** A request's headers; a name may have come more than once. */
export function headersOf(request: IncomingRequest): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of request.headers().entries()) {
    (headers[name.toLowerCase()] ??= []).push(new TextDecoder().decode(value));
  }
  return headers;
}

/** The error value a WASI function answered with, if `error` carries one. */
export function payloadOf(error: unknown): { tag: string; val?: unknown } | undefined {
  if (typeof error !== 'object' || error === null || !('payload' in error)) return undefined;
  const { payload } = error;
  return typeof payload === 'object' && payload !== null && 'tag' in payload
    ? (payload as { tag: string; val?: unknown })
    : undefined;
}

function isClosed(error: unknown): boolean {
  return payloadOf(error)?.tag === 'closed';
}
