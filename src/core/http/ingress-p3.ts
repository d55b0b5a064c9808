import type { ByteSource } from '../engine/streams.ts';
import { cancelOf, err, ok, type MaybePromise } from '../engine/values.ts';
import type { HttpErrorCode } from '../ports/http-out.ts';
import { errorCodeOf, httpError } from '../wasi/http/error-code.ts';
import { checkedBody } from '../wasi/http/length.ts';
import type { MessageBody } from '../wasi/p3/http-body.ts';
import { Request } from '../wasi/p3/http-request.ts';
import type { Response } from '../wasi/p3/http-response.ts';
import { asGuestFailure, Call, errorResponse, type Exchange, GuardedSource, type IngressOptions } from './exchange.ts';
import type { FieldList, HttpRequest, HttpResponse } from './message.ts';
import { isBodyless } from './status.ts';

/** What `wasi:http/handler` 0.3 exports. */
export interface HandlerP3 {
  handle(request: Request): MaybePromise<Response>;
}

/** Lets a guest's `wasi:http/handler` 0.3 answer a request. */
export function handleP3(handler: HandlerP3, request: HttpRequest, options: IngressOptions): Exchange {
  const call = new Call(request, options);
  const failed = (failure: unknown): void => {
    const code = returnedCode(failure);
    if (code === undefined) call.fail(asGuestFailure(failure));
    else {
      call.answer(errorResponse(code));
      call.finish();
    }
  };
  const answered = (response: Response): void => answer(call, response, request.method);
  try {
    const response = handler.handle(Request.incoming(request, options.scope));
    if (response instanceof Promise) {
      call.cancelGuest = cancelOf(response);
      response.then(answered, failed);
    } else answered(response);
  } catch (failure) {
    failed(failure);
  }
  return call;
}

function answer(call: Call, { status, headers, body }: Response, method: string): void {
  if (isBodyless(method, status)) {
    call.answer({ status, headers });
    leaveOut(call, body);
    return;
  }
  let checked: ByteSource | undefined;
  try {
    checked = checkedBody('response', headers, body.source);
  } catch (failure) {
    const code = errorCodeOf(failure);
    call.answer(errorResponse(code));
    leaveOut(call, body, code);
    return;
  }
  if (checked === undefined) {
    call.answer({ status, headers });
    leaveOut(call, body);
    return;
  }
  const guarded = new GuardedSource(checked);
  call.answer(new GuestAnswer(status, headers, new AnswerBody(guarded, call, body)), guarded);
}

/** Sends no body; the guest's trailers are read all the same, for an unread future keeps its task alive. */
function leaveOut(call: Call, body: MessageBody, code?: HttpErrorCode): void {
  body.source?.cancel();
  const finish = (): void => {
    body.settle(code === undefined ? ok(undefined) : err(code));
    call.finish();
  };
  body.readTrailers(finish, finish);
}

/** A response with a body: its trailers are a promise only for who asks before the body's end. */
class GuestAnswer implements HttpResponse {
  readonly status: number;
  readonly headers: FieldList;
  readonly body: AnswerBody;

  constructor(status: number, headers: FieldList, body: AnswerBody) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
  get trailers(): Promise<FieldList | undefined> | undefined {
    return this.body.trailers;
  }
}

/** A guest's body on its way to the caller. Its end, however it comes, brings the trailers, and they end the exchange. */
class AnswerBody implements ByteSource {
  readonly #source: ByteSource;
  readonly #call: Call;
  readonly #body: MessageBody;
  #ended = false;
  #trailers: { readonly list: FieldList | undefined } | { readonly failure: unknown } | undefined;
  #waiting: PromiseWithResolvers<FieldList | undefined> | undefined;

  constructor(source: ByteSource, call: Call, body: MessageBody) {
    this.#source = source;
    this.#call = call;
    this.#body = body;
  }

  get trailers(): Promise<FieldList | undefined> | undefined {
    const known = this.#trailers;
    if (known === undefined) {
      this.#waiting ??= Promise.withResolvers();
      // Whoever took it need not come back for it.
      this.#waiting.promise.catch(() => undefined);
      return this.#waiting.promise;
    }
    if ('failure' in known) return Promise.reject(known.failure as Error);
    return known.list === undefined ? undefined : Promise.resolve(known.list);
  }

  read(max: number): MaybePromise<Uint8Array | undefined> {
    let chunk: MaybePromise<Uint8Array | undefined>;
    try {
      chunk = this.#source.read(max);
    } catch (failure) {
      return this.#failed(failure);
    }
    return chunk instanceof Promise ? chunk.then(this.#arrived, this.#failed) : this.#arrived(chunk);
  }
  cancel(reason?: unknown): void {
    // Told first: the read under way answers "end" because of this call, which is not the body's end.
    this.#end(() => httpError('connection-terminated', 'the caller went away'));
    this.#source.cancel(reason);
  }

  readonly #arrived = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    if (chunk === undefined) this.#end(undefined);
    return chunk;
  };
  readonly #failed = (failure: unknown): never => {
    this.#call.noteLate(failure);
    this.#end(() => failure);
    throw failure;
  };

  /** @param why what broke the body off, if anything did */
  #end(why: (() => unknown) | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#body.readTrailers(
      (list) => {
        this.#trailers = { list };
        this.#waiting?.resolve(list);
        this.#body.settle(why === undefined ? ok(undefined) : err(errorCodeOf(why())));
        this.#call.finish();
      },
      (failure) => {
        this.#trailers = { failure };
        this.#waiting?.reject(failure);
        this.#body.settle(err(errorCodeOf(failure)));
        this.#call.finish();
      },
    );
  }
}

/** The error code a guest's handler returned; undefined when it was not the guest that ended the call. */
function returnedCode(failure: unknown): HttpErrorCode | undefined {
  const payload = typeof failure === 'object' && failure !== null && 'payload' in failure ? failure.payload : undefined;
  return typeof payload === 'object' && payload !== null && 'tag' in payload ? (payload as HttpErrorCode) : undefined;
}
