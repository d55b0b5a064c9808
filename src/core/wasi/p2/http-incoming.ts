import { chunkSize, sourceOf, type ByteSource } from '../../engine/streams.ts';
import { err, ok, type MaybePromise, type Result, WitError } from '../../engine/values.ts';
import type { FieldList, HttpRequest, HttpResponse } from '../../http/message.ts';
import type { HttpErrorCode } from '../../ports/http-out.ts';
import { errorCodeOf } from '../http/error-code.ts';
import { RequestTarget, type Method, type Scheme } from '../http/target.ts';
import type { InstanceScope } from '../scope.ts';
import { Fields } from './http-fields.ts';
import { inputStreamOf, pollableOfPromise, type InputStream, type Pollable } from './io.ts';

type Message = Pick<HttpRequest, 'headers' | 'body' | 'trailers'>;

/** What incoming requests and responses share: fields, and a body that is taken once. */
abstract class IncomingMessage {
  readonly #message: Message;
  readonly #scope: InstanceScope;
  #consumed = false;

  constructor(message: Message, scope: InstanceScope) {
    this.#message = message;
    this.#scope = scope;
  }

  /** `headers: func() -> headers` */
  headers(): Fields {
    return Fields.incoming(this.#message.headers);
  }

  /** `consume: func() -> result<incoming-body>` */
  consume(): IncomingBody {
    if (this.#consumed) throw new WitError(undefined);
    this.#consumed = true;
    return new IncomingBody(this.#message.body, this.#message.trailers, this.#scope);
  }

  [Symbol.dispose](): void {
    if (!this.#consumed) this.#message.body?.cancel();
  }
}

/** `wasi:http/types.incoming-request` 0.2 */
export class IncomingRequest extends IncomingMessage {
  readonly #target = new RequestTarget();

  constructor(request: HttpRequest, scope: InstanceScope) {
    super(request, scope);
    this.#target.method = request.method;
    this.#target.scheme = request.scheme;
    this.#target.authority = request.authority === '' ? undefined : request.authority;
    this.#target.path = request.path;
  }

  /** `method: func() -> method` */
  method(): Method {
    return this.#target.getMethod();
  }
  /** `path-with-query: func() -> option<string>` */
  pathWithQuery(): string | undefined {
    return this.#target.path;
  }
  /** `scheme: func() -> option<scheme>` */
  scheme(): Scheme | undefined {
    return this.#target.getScheme();
  }
  /** `authority: func() -> option<string>` */
  authority(): string | undefined {
    return this.#target.authority;
  }
}

/** `wasi:http/types.incoming-response` 0.2 */
export class IncomingResponse extends IncomingMessage {
  readonly #status: number;

  constructor(response: HttpResponse, scope: InstanceScope) {
    super(response, scope);
    this.#status = response.status;
  }

  /** `status: func() -> status-code` */
  status(): number {
    return this.#status;
  }
}

/**
 * `wasi:http/types.incoming-body` 0.2. The body, not its stream, owns the source: a guest drops the stream before it asks for
 * the trailers, which come after whatever the stream did not read.
 */
export class IncomingBody {
  readonly #source: ByteSource;
  readonly #trailers: Promise<FieldList | undefined> | undefined;
  readonly #scope: InstanceScope;
  readonly #release: () => void;
  #reading: Promise<unknown> | undefined;
  #streamed = false;
  #finished = false;

  constructor(source: ByteSource | undefined, trailers: Promise<FieldList | undefined> | undefined, scope: InstanceScope) {
    this.#source = source ?? sourceOf();
    this.#trailers = trailers;
    this.#scope = scope;
    this.#release = scope.hold((reason) => this.#source.cancel(reason));
  }

  /** `%stream: func() -> result<input-stream>` */
  stream(): InputStream {
    if (this.#streamed) throw new WitError(undefined);
    this.#streamed = true;
    return inputStreamOf({ read: (max) => this.#read(max), cancel() {} }, this.#scope);
  }

  #read(max: number): MaybePromise<Uint8Array | undefined> {
    const chunk = this.#source.read(max);
    if (chunk instanceof Promise) this.#reading = chunk;
    return chunk;
  }

  /** `finish: static func(this: incoming-body) -> future-trailers` */
  static finish(body: IncomingBody): FutureTrailers {
    body.#finished = true;
    return new FutureTrailers(
      () => body.#rest(),
      () => body.#close(),
    );
  }

  /** Reads what is left, then the trailers. */
  async #rest(): Promise<FieldList | undefined> {
    try {
      // The stream may have been dropped while it was reading ahead; a failure there belongs to the body all the same.
      await this.#reading;
      while ((await this.#source.read(chunkSize)) !== undefined);
      return await this.#trailers;
    } finally {
      this.#release();
    }
  }

  #close(): void {
    this.#release();
    this.#source.cancel();
  }

  [Symbol.dispose](): void {
    if (!this.#finished) this.#close();
  }
}

/** What `future-trailers.get` answers once it is ready. */
export type TrailersAnswer = Result<Result<Fields | undefined, HttpErrorCode>, undefined>;

/** `wasi:http/types.future-trailers` 0.2. What is left of the body is read when a guest first asks, not before. */
export class FutureTrailers {
  readonly #read: () => Promise<FieldList | undefined>;
  readonly #close: () => void;
  #waiting: Promise<void> | undefined;
  #answer: Result<Fields | undefined, HttpErrorCode> | undefined;
  #taken = false;

  constructor(read: () => Promise<FieldList | undefined>, close: () => void) {
    this.#read = read;
    this.#close = close;
  }

  #start(): Promise<void> {
    this.#waiting ??= this.#read().then(
      (list) => void (this.#answer = ok(list === undefined ? undefined : Fields.incoming(list))),
      (failure: unknown) => void (this.#answer = err(errorCodeOf(failure))),
    );
    return this.#waiting;
  }

  /** `subscribe: func() -> pollable` */
  subscribe(): Pollable {
    return pollableOfPromise(this.#start());
  }

  /** `get: func() -> option<result<result<option<trailers>, error-code>>>` */
  get(): TrailersAnswer | undefined {
    void this.#start();
    if (this.#answer === undefined) return undefined;
    if (this.#taken) return err(undefined);
    this.#taken = true;
    return ok(this.#answer);
  }

  [Symbol.dispose](): void {
    if (this.#answer === undefined) this.#close();
  }
}
