import type { MaybePromise } from '../engine/values.ts';
import { errorCodeOf, httpError } from '../wasi/http/error-code.ts';
import { checkedBody } from '../wasi/http/length.ts';
import { ResponseOutparam, type OutgoingAnswer } from '../wasi/p2/http.ts';
import { IncomingRequest } from '../wasi/p2/http-incoming.ts';
import type { OutgoingResponse } from '../wasi/p2/http-outgoing.ts';
import { asGuestFailure, Call, errorResponse, type Exchange, GuardedSource, type IngressOptions } from './exchange.ts';
import type { HttpRequest } from './message.ts';
import { watchSource, type SourceEnd } from './source.ts';
import { isBodyless } from './status.ts';

/** What `wasi:http/incoming-handler` 0.2 exports. */
export interface HandlerP2 {
  handle(request: IncomingRequest, out: ResponseOutparam): MaybePromise<void>;
}

/** Lets a guest's `wasi:http/incoming-handler` 0.2 answer a request. */
export function handleP2(handler: HandlerP2, request: HttpRequest, options: IngressOptions): Exchange {
  const call = new Call(request, options);
  let response: OutgoingResponse | undefined;
  let answered = false;
  let sent: Promise<unknown> | undefined;
  const out = new ResponseOutparam({
    set(given: OutgoingAnswer) {
      answered = true;
      if (given.tag === 'err') {
        call.answer(errorResponse(given.val));
        return;
      }
      response = given.val;
      const ended = Promise.withResolvers<SourceEnd>();
      sent = ended.promise.then((end) => {
        if (end.how === 'failed') call.noteLate(end.failure);
        // The caller went away: a guest that waits for more of the request is not waited for.
        if (end.how === 'cancelled') call.finish();
      });
      answer(call, response, request.method, ended.resolve);
    },
  });
  const over = async (): Promise<void> => {
    if (answered) {
      // The guest runs no more, so that a body it left open will not be finished.
      response?.taken?.breakOff(() => httpError('HTTP-response-incomplete', 'the guest ended without finishing the body'));
      await sent;
      call.finish();
    } else failed(new Error('it ended without setting a response'));
  };
  const failed = (failure: unknown): void => {
    const reason = asGuestFailure(failure);
    response?.taken?.breakOff(() => reason);
    if (!answered) call.fail(reason);
    else void Promise.resolve(sent).then(() => call.finish());
  };
  try {
    const done = handler.handle(new IncomingRequest(request, options.scope), out);
    if (done instanceof Promise) done.then(over, failed);
    else void over();
  } catch (failure) {
    failed(failure);
  }
  return call;
}

function answer(call: Call, response: OutgoingResponse, method: string, onEnd: (end: SourceEnd) => void): void {
  const { fields: headers, taken } = response;
  const status = response.statusCode();
  const bodyless = isBodyless(method, status);
  if (taken !== undefined && !bodyless) {
    const guarded = new GuardedSource(taken.source);
    call.answer({ status, headers, body: watchSource(guarded, onEnd), trailers: taken.trailers }, guarded);
    return;
  }
  if (taken !== undefined) taken.source.cancel();
  onEnd({ how: 'complete' });
  try {
    // Without a body a positive content-length is a promise that nobody keeps.
    if (!bodyless) checkedBody('response', headers, undefined);
    call.answer({ status, headers });
  } catch (failure) {
    call.answer(errorResponse(errorCodeOf(failure)));
  }
}
