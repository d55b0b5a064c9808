import { err, ok, type Result, WitError } from '../../engine/values.ts';
import type { FieldList, HttpRequest, HttpResponse } from '../../http/message.ts';
import type { HttpErrorCode } from '../../ports/http-out.ts';
import { errorCodeOf, knownErrorCode } from '../http/error-code.ts';
import { checkedBody } from '../http/length.ts';
import { prepareHead, sendRequest, type HttpClient } from '../http/send.ts';
import type { InterfaceTable } from '../interface.ts';
import type { InstanceScope } from '../scope.ts';
import { Fields } from './http-fields.ts';
import { FutureTrailers, IncomingBody, IncomingRequest, IncomingResponse } from './http-incoming.ts';
import { OutgoingBody, OutgoingRequest, OutgoingResponse, RequestOptions } from './http-outgoing.ts';
import { pollableOfPromise, type IoError, type Pollable } from './io.ts';

/** What a guest answers a request with. */
export type OutgoingAnswer = Result<OutgoingResponse, HttpErrorCode>;

/** Who waits for a {@link ResponseOutparam}. */
export interface ResponseReceiver {
  /** The guest's answer; called at most once. */
  set(answer: OutgoingAnswer): void;
  /** Interim responses; absent when whoever asked cannot take them. */
  informational?(status: number, headers: FieldList): void;
}

/** `wasi:http/types.response-outparam` 0.2 */
export class ResponseOutparam {
  readonly #receiver: ResponseReceiver;
  constructor(receiver: ResponseReceiver) {
    this.#receiver = receiver;
  }

  /** `send-informational: func(status: u16, headers: headers) -> result<_, error-code>` */
  sendInformational(status: number, headers: Fields): void {
    if (status < 100 || status > 199) {
      throw new WitError<HttpErrorCode>({ tag: 'internal-error', val: `${status} is not an informational status` });
    }
    if (this.#receiver.informational === undefined) {
      throw new WitError<HttpErrorCode>({ tag: 'internal-error', val: 'informational responses cannot be sent here' });
    }
    this.#receiver.informational(status, headers.freeze());
  }

  /** `set: static func(param: response-outparam, response: result<outgoing-response, error-code>)` */
  static set(param: ResponseOutparam, answer: OutgoingAnswer): void {
    param.#receiver.set(answer);
  }
}

/** What `future-incoming-response.get` answers once it is ready. */
export type ResponseAnswer = Result<Result<IncomingResponse, HttpErrorCode>, undefined>;

/** `wasi:http/types.future-incoming-response` 0.2. Dropping it before the response was taken gives the request up. */
export class FutureIncomingResponse {
  readonly #done: Promise<void>;
  readonly #giveUp: AbortController;
  #answer: Result<IncomingResponse, HttpErrorCode> | undefined;
  #taken = false;

  constructor(response: Promise<HttpResponse>, scope: InstanceScope, giveUp: AbortController) {
    this.#giveUp = giveUp;
    this.#done = response.then(
      (arrived) => void (this.#answer = ok(new IncomingResponse(arrived, scope))),
      (failure: unknown) => void (this.#answer = err(errorCodeOf(failure))),
    );
  }

  /** `subscribe: func() -> pollable` */
  subscribe(): Pollable {
    return pollableOfPromise(this.#done);
  }

  /** `get: func() -> option<result<result<incoming-response, error-code>>>` */
  get(): ResponseAnswer | undefined {
    if (this.#answer === undefined) return undefined;
    if (this.#taken) return err(undefined);
    this.#taken = true;
    return ok(this.#answer);
  }

  [Symbol.dispose](): void {
    if (!this.#taken) this.#giveUp.abort();
  }
}

/** `http-error-code: func(err: borrow<io-error>) -> option<error-code>` */
function httpErrorCode(error: IoError): HttpErrorCode | undefined {
  return knownErrorCode(error.cause);
}

/** `handle: func(request: outgoing-request, options: option<request-options>) -> result<future-incoming-response, error-code>` */
function handle(client: HttpClient, request: OutgoingRequest, options: RequestOptions | undefined, scope: InstanceScope): FutureIncomingResponse {
  const { taken } = request;
  let outgoing: HttpRequest;
  try {
    const head = prepareHead(client, request.target, request.fields);
    if (taken === undefined) checkedBody('request', request.fields, undefined);
    outgoing = taken === undefined ? head : { ...head, body: taken.source, trailers: taken.trailers };
  } catch (failure) {
    taken?.source.cancel(failure);
    throw new WitError(errorCodeOf(failure));
  }
  const giveUp = new AbortController();
  const response = sendRequest(client, outgoing, options?.timeouts.toMs() ?? {}, scope, giveUp.signal);
  // A guest that goes on writing learns from its stream that nobody takes it any more.
  response.catch((failure: unknown) => taken?.source.cancel(failure));
  return new FutureIncomingResponse(response, scope, giveUp);
}

/**
 * `wasi:http` 0.2, over the same model as 0.3: the types, and the outgoing handler as far as the policy lets it. A denied request
 * fails in `handle` with `HTTP-request-denied`.
 */
export function createHttpP2(client: HttpClient): InterfaceTable {
  const types = Object.freeze({
    Fields,
    FutureIncomingResponse,
    FutureTrailers,
    IncomingBody,
    IncomingRequest,
    IncomingResponse,
    OutgoingBody,
    OutgoingRequest,
    OutgoingResponse,
    RequestOptions,
    ResponseOutparam,
    httpErrorCode,
  });
  return {
    'wasi:http/types': () => types,
    'wasi:http/outgoing-handler': (scope) => ({
      handle: (request: OutgoingRequest, options: RequestOptions | undefined) => handle(client, request, options, scope),
    }),
  };
}
