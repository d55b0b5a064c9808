import { handle } from 'wasi:http/outgoing-handler@0.2.12';
import { Fields, OutgoingBody, OutgoingRequest } from 'wasi:http/types@0.2.12';
import type { ErrorCode, IncomingResponse, ResponseOutparam, Scheme } from 'wasi:http/types@0.2.12';
import { payloadOf, readBody, respond, respondText } from './http.ts';

/** Answers with what `url` answers, passing the body on as it arrives; 502 and the error code if it cannot be had. */
export function fetchThrough(url: string, out: ResponseOutparam): void {
  let response: IncomingResponse;
  try {
    response = get(url);
  } catch (error) {
    const code = payloadOf(error);
    if (!code) throw error;
    return respondText(out, 502, `${code.tag}${code.val === undefined ? '' : `: ${JSON.stringify(code.val)}`}\n`);
  }
  const [contentType] = response.headers().get('content-type');
  const body = respond(out, response.status(), contentType ? new TextDecoder().decode(contentType) : 'text/plain');
  for (const chunk of readBody(response.consume())) body.write(chunk);
  body.end();
}

function get(url: string): IncomingResponse {
  const { protocol, host, pathname, search } = new URL(url);
  const request = new OutgoingRequest(Fields.fromList([]));
  request.setScheme(schemeOf(protocol));
  request.setAuthority(host);
  request.setPathWithQuery(pathname + search);
  const body = request.body();
  const future = handle(request, undefined);
  OutgoingBody.finish(body, undefined);

  const pollable = future.subscribe();
  pollable.block();
  pollable[Symbol.dispose]();
  const answer = future.get();
  // The outer result only says that the value had not been taken before.
  if (answer?.tag !== 'ok') throw new Error('the answer was taken before');
  if (answer.val.tag === 'err') throw new RequestFailed(answer.val.val);
  return answer.val.val;
}

class RequestFailed extends Error {
  readonly payload: ErrorCode;
  constructor(code: ErrorCode) {
    super(code.tag);
    this.payload = code;
  }
}

function schemeOf(protocol: string): Scheme {
  if (protocol === 'http:') return { tag: 'HTTP' };
  if (protocol === 'https:') return { tag: 'HTTPS' };
  return { tag: 'other', val: protocol.slice(0, -1) };
}
