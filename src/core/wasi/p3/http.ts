import { cancellable, err, ok, WitError } from '../../engine/values.ts';
import type { FieldList, HttpRequest } from '../../http/message.ts';
import { watchSource, type SourceEnd } from '../../http/source.ts';
import { sourceOf } from '../../engine/streams.ts';
import { errorCodeOf, httpError } from '../http/error-code.ts';
import { checkedBody } from '../http/length.ts';
import { prepareHead, sendRequest, type HttpClient } from '../http/send.ts';
import { valuesOf } from '../http/fields.ts';
import type { InterfaceTable } from '../interface.ts';
import type { InstanceScope } from '../scope.ts';
import { discardBody, type MessageBody } from './http-body.ts';
import { Fields } from './http-fields.ts';
import { Request, RequestOptions } from './http-request.ts';
import { Response } from './http-response.ts';

/**
 * `wasi:http` 0.3: the types, and the client as far as the policy lets it.
 *
 * - A request to a destination the policy does not allow is answered with `HTTP-request-denied` before any name is looked up.
 * - A guest's instance ending, or the guest cancelling its call, aborts its requests.
 */
export function createHttp(client: HttpClient): InterfaceTable {
  const types = Object.freeze({ Fields, Request, RequestOptions, Response });
  return {
    'wasi:http/types': () => types,
    /** `send: async func(request: request) -> result<response, error-code>` */
    'wasi:http/client': (scope) => ({
      send: (request: Request) => {
        const giveUp = new AbortController();
        return cancellable(send(client, request, scope, giveUp), () => giveUp.abort(httpError('connection-terminated', 'the guest gave up')));
      },
    }),
  };
}

async function send(client: HttpClient, request: Request, scope: InstanceScope, giveUp: AbortController): Promise<Response> {
  const { body } = request;
  const ended = Promise.withResolvers<SourceEnd>();
  let outgoing: HttpRequest;
  try {
    const head = prepareHead(client, request.target, request.headers);
    // Trailers need a body to follow: a guest that announces some without giving contents gets an empty one.
    const contents = body.source ?? (valuesOf(request.headers, 'trailer').length > 0 ? sourceOf() : undefined);
    const checked = checkedBody('request', request.headers, contents);
    outgoing = {
      ...head,
      body: checked && watchSource(checked, ended.resolve),
      trailers: checked && ended.promise.then(() => trailersOf(body)),
    };
  } catch (failure) {
    const code = errorCodeOf(failure);
    discardBody(body, code);
    throw new WitError(code);
  }
  if (outgoing.body === undefined) {
    ended.resolve({ how: 'complete' });
    body.readTrailers(
      () => {},
      (failure) => giveUp.abort(failure),
    );
  }
  // Whoever sends may not get as far as the trailers.
  outgoing.trailers?.catch(() => undefined);
  try {
    const response = await sendRequest(client, outgoing, request.timeouts?.toMs() ?? {}, scope, giveUp.signal);
    void settleWhenSent(request, ended.promise, outgoing.trailers);
    return Response.incoming(response, scope);
  } catch (failure) {
    const code = errorCodeOf(failure);
    ended.resolve({ how: 'cancelled', reason: failure });
    body.source?.cancel(failure);
    body.settle(err(code));
    throw new WitError(code);
  }
}

function trailersOf(body: MessageBody): Promise<FieldList | undefined> {
  return new Promise((resolve, reject) => body.readTrailers(resolve, reject));
}

/** A response may come while the request is still being sent: its maker learns how that goes on. */
async function settleWhenSent({ body }: Request, ended: Promise<SourceEnd>, trailers: Promise<unknown> | undefined): Promise<void> {
  try {
    const end = await ended;
    if (end.how === 'failed') throw end.failure;
    if (end.how === 'cancelled') throw end.reason ?? httpError('connection-terminated', 'the server did not take the whole request');
    await trailers;
    body.settle(ok(undefined));
  } catch (failure) {
    body.settle(err(errorCodeOf(failure)));
  }
}
