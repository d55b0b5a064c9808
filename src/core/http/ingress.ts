import { asHostlingError, HostlingError } from '../errors.ts';
import type { ByteSource } from '../engine/streams.ts';
import { err, ok, type MaybePromise } from '../engine/values.ts';
import type { HttpErrorCode } from '../ports/http-out.ts';
import { errorCodeOf, httpError } from '../wasi/http/error-code.ts';
import { checkedBody } from '../wasi/http/length.ts';
import { ResponseOutparam, type OutgoingAnswer } from '../wasi/p2/http.ts';
import { IncomingRequest } from '../wasi/p2/http-incoming.ts';
import type { OutgoingResponse } from '../wasi/p2/http-outgoing.ts';
import type { Transmission } from '../wasi/p3/http-body.ts';
import { Request } from '../wasi/p3/http-request.ts';
import type { Response } from '../wasi/p3/http-response.ts';
import type { InstanceScope } from '../wasi/scope.ts';
import type { HttpRequest, HttpResponse } from './message.ts';
import { watchSource, type SourceEnd } from './source.ts';
import { isBodyless, statusOfErrorCode } from './status.ts';

/** The instance that answers, and the caller. */
export interface IngressOptions {
  readonly scope: InstanceScope;
  /** Rejects when the instance fails outside the call's own promise. */
  readonly fault?: Promise<never> | undefined;
  /** Aborts when the caller goes away. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One request being answered by a guest.
 *
 * - `response` resolves when the guest has given its response's head, though it may still be running. A guest that answers with an
 *   error code gives a response without body, see {@link statusOfErrorCode}.
 * - `response` rejects with a HostlingError: `guest-trap` when the guest trapped or ended without an answer, `cancelled` when
 *   the caller went away first.
 * - A guest that fails later fails the response's body.
 * - `finished` resolves, always, when the guest's call is over and nobody will read of its response any more: the instance
 *   may then be disposed. When the caller goes away this is at once, even if the guest is still running.
 */
export interface Exchange {
  readonly response: Promise<HttpResponse>;
  readonly finished: Promise<void>;
}

/** What `wasi:http/handler` 0.3 exports. */
export interface HandlerP3 {
  handle(request: Request): MaybePromise<Response>;
}

/** What `wasi:http/incoming-handler` 0.2 exports. */
export interface HandlerP2 {
  handle(request: IncomingRequest, out: ResponseOutparam): MaybePromise<void>;
}

/** The state both versions share: what was promised to the owner, and when the caller goes away. */
class Call {
  readonly response: PromiseWithResolvers<HttpResponse> = Promise.withResolvers<HttpResponse>();
  readonly finished: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  readonly #signal: AbortSignal | undefined;
  #fail: ((reason: unknown) => void) | undefined;

  constructor(request: HttpRequest, { signal, fault, scope }: IngressOptions) {
    this.#signal = signal;
    this.response.promise.catch(() => undefined);
    fault?.catch((failure: unknown) => this.fail(asGuestFailure(failure)));
    const release = scope.hold((reason) => this.fail(asHostlingError(reason, 'cancelled', 'the instance was ended')));
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener('abort', this.#abort);
    void this.finished.promise.then(() => {
      release();
      signal?.removeEventListener('abort', this.#abort);
      // What the guest left unread; after the end this does nothing.
      request.body?.cancel();
    });
  }

  readonly #abort = (): void => this.fail(new HostlingError('cancelled', 'the caller went away', { cause: this.#signal?.reason }));

  /** Nothing more will come from the guest: whoever waits for the response or reads its body is told why. */
  fail(reason: unknown): void {
    this.response.reject(reason);
    this.#fail?.(reason);
    this.finished.resolve();
  }

  /** A guest's body, that {@link fail} can fail though the guest may never answer the read that is under way. */
  body(source: ByteSource): ByteSource {
    let failed: { reason: unknown } | undefined;
    let reject: ((reason: unknown) => void) | undefined;
    this.#fail = (reason) => {
      if (failed !== undefined) return;
      failed = { reason };
      reject?.(reason);
      source.cancel(reason);
    };
    return {
      read(max) {
        if (failed !== undefined) throw failed.reason;
        const chunk = source.read(max);
        if (!(chunk instanceof Promise)) return chunk;
        return new Promise((resolve, refuse) => {
          reject = refuse;
          chunk.then(resolve, refuse);
        });
      },
      cancel: (reason) => source.cancel(reason),
    };
  }

  get exchange(): Exchange {
    return { response: this.response.promise, finished: this.finished.promise };
  }
}

/** Lets a guest's `wasi:http/handler` 0.3 answer a request. */
export function handleP3(handler: HandlerP3, request: HttpRequest, options: IngressOptions): Exchange {
  const call = new Call(request, options);
  void (async () => {
    try {
      const response = await handler.handle(Request.incoming(request, options.scope));
      call.response.resolve(answerP3(call, response, request.method));
    } catch (failure) {
      const code = returnedCode(failure);
      if (code === undefined) call.fail(asGuestFailure(failure));
      else {
        call.response.resolve(errorResponse(code));
        call.finished.resolve();
      }
    }
  })();
  return call.exchange;
}

function answerP3(call: Call, { status, headers, body }: Response, method: string): HttpResponse {
  const finish = (result: Transmission): void => {
    body.settle(result);
    call.finished.resolve();
  };
  const withoutBody = (result: Transmission): void => {
    body.source?.cancel();
    body.trailers().then(
      () => finish(result),
      () => finish(result),
    );
  };
  if (isBodyless(method, status)) {
    withoutBody(ok(undefined));
    return { status, headers };
  }
  let checked: ByteSource | undefined;
  try {
    checked = checkedBody('response', headers, body.source);
  } catch (failure) {
    withoutBody(err(errorCodeOf(failure)));
    return errorResponse(errorCodeOf(failure));
  }
  if (checked === undefined) {
    withoutBody(ok(undefined));
    return { status, headers };
  }
  const ended = Promise.withResolvers<SourceEnd>();
  // The guest's future is read whether or not whoever sends the response has a use for trailers.
  const trailers = ended.promise.then(() => body.trailers());
  void ended.promise.then(async (end) => {
    try {
      await trailers;
      if (end.how === 'failed') throw end.failure;
      if (end.how === 'cancelled') throw httpError('connection-terminated', 'the caller went away');
      finish(ok(undefined));
    } catch (failure) {
      finish(err(errorCodeOf(failure)));
    }
  });
  return { status, headers, body: watchSource(call.body(checked), ended.resolve), trailers };
}

/** Lets a guest's `wasi:http/incoming-handler` 0.2 answer a request. */
export function handleP2(handler: HandlerP2, request: HttpRequest, options: IngressOptions): Exchange {
  const call = new Call(request, options);
  let answer: OutgoingResponse | undefined;
  let answered = false;
  let sent: Promise<unknown> | undefined;
  const out = new ResponseOutparam({
    set(given: OutgoingAnswer) {
      answered = true;
      if (given.tag === 'err') {
        call.response.resolve(errorResponse(given.val));
        return;
      }
      answer = given.val;
      const ended = Promise.withResolvers<SourceEnd>();
      sent = ended.promise.then(({ how }) => {
        // The caller went away: a guest that waits for more of the request is not waited for.
        if (how === 'cancelled') call.finished.resolve();
      });
      call.response.resolve(answerP2(call, answer, request.method, ended.resolve));
    },
  });
  void (async () => {
    try {
      await handler.handle(new IncomingRequest(request, options.scope), out);
      if (!answered) throw new Error('it ended without setting a response');
      // The guest runs no more, so that a body it left open will not be finished.
      answer?.taken?.breakOff(() => httpError('HTTP-response-incomplete', 'the guest ended without finishing the body'));
    } catch (failure) {
      const reason = asGuestFailure(failure);
      answer?.taken?.breakOff(() => reason);
      if (!answered) call.fail(reason);
    }
    await sent;
    call.finished.resolve();
  })();
  return call.exchange;
}

function answerP2(call: Call, response: OutgoingResponse, method: string, onEnd: (end: SourceEnd) => void): HttpResponse {
  const { fields: headers, taken } = response;
  const status = response.statusCode();
  const bodyless = isBodyless(method, status);
  if (taken !== undefined && !bodyless) {
    return { status, headers, body: watchSource(call.body(taken.source), onEnd), trailers: taken.trailers };
  }
  if (taken !== undefined) taken.source.cancel();
  onEnd({ how: 'complete' });
  try {
    // Without a body a positive content-length is a promise that nobody keeps.
    if (!bodyless) checkedBody('response', headers, undefined);
    return { status, headers };
  } catch (failure) {
    return errorResponse(errorCodeOf(failure));
  }
}

function errorResponse(code: HttpErrorCode): HttpResponse {
  return { status: statusOfErrorCode(code), headers: [] };
}

/** The error code a guest's handler returned; undefined when it was not the guest that ended the call. */
function returnedCode(failure: unknown): HttpErrorCode | undefined {
  const payload = typeof failure === 'object' && failure !== null && 'payload' in failure ? failure.payload : undefined;
  return typeof payload === 'object' && payload !== null && 'tag' in payload ? (payload as HttpErrorCode) : undefined;
}

function asGuestFailure(failure: unknown): HostlingError {
  return asHostlingError(failure, 'guest-trap', 'the guest failed while it answered a request');
}
