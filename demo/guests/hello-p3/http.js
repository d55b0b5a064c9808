import types from 'wasi:http/types@0.3.0';
import { utf8 } from '../lib/utf8.ts';

const { Fields, Request, Response } = types;
// `wit.Future.types` lists the types of futures a world has; names depend on what else the world imports.
const { Future } = wit;

/**
 * A response whose body is what the async generator `body` yields, each piece as soon as it is there; `trailers`, if
 * any, follow it.
 */
export function respond(status, contentType, body, trailers) {
  const headers = Fields.fromList([['content-type', utf8.encode(contentType)]]);
  const afterBody = { tag: 'ok', val: trailers ? Fields.fromList(trailers) : null };
  const [response] = Response.new(headers, body, futureOf(afterBody, Future.RESULT_OPTION_OTHER_ERROR_CODE));
  response.setStatusCode(status);
  return response;
}

export function respondText(status, text, contentType = 'text/plain') {
  async function* body() {
    yield utf8.encode(text);
  }
  return respond(status, contentType, body());
}

export function respondJson(value) {
  return respondText(200, `${JSON.stringify(value, null, 2)}\n`, 'application/json');
}

/** The request's body as it arrives. Uses the request up: look at its headers before. */
export async function* readBody(request) {
  const received = futureOf({ tag: 'ok', val: null }, Future.RESULT_VOID_ERROR_CODE);
  const [stream] = Request.consumeBody(request, received);
  for await (const chunk of stream) yield chunk;
}

/** A request's headers; a name may have come more than once. */
export function headersOf(request) {
  const headers = {};
  for (const [name, value] of request.getHeaders().copyAll()) {
    (headers[name.toLowerCase()] ??= []).push(utf8.decode(value));
  }
  return headers;
}

function futureOf(value, type) {
  return Future.from(value, type).readable;
}
