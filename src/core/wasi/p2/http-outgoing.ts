import type { ByteSource } from '../../engine/streams.ts';
import { WitError } from '../../engine/values.ts';
import type { FieldList } from '../../http/message.ts';
import { errorCodeOf, httpError } from '../http/error-code.ts';
import { bodySizeError, declaredLength, type MessageKind } from '../http/length.ts';
import { RequestTarget, type Method, type Scheme } from '../http/target.ts';
import { RequestTimeouts } from '../http/timeouts.ts';
import { InstanceScope } from '../scope.ts';
import { Fields } from './http-fields.ts';
import { createBodyPipe } from './http-pipe.ts';
import { outputStreamOf, type OutputStream } from './io.ts';

/**
 * `wasi:http/types.outgoing-body` 0.2: a pipe from the guest's output stream to whoever sends the message. A body that is
 * dropped without `finish` is broken off. It holds nothing of the host itself: an instance that ends is noticed by who reads the pipe.
 */
export class OutgoingBody {
  /** For the host: what was written. */
  readonly source: ByteSource;
  /** For the host: settles with `finish`; rejects when the body was broken off. */
  readonly trailers: Promise<FieldList | undefined>;
  readonly #stream: OutputStream;
  readonly #abort: (reason: unknown) => void;
  readonly #close: (trailers: FieldList | undefined) => Promise<void>;
  readonly #mismatch: () => unknown;
  #written = false;
  #ended = false;

  /** @throws HttpOutError when the message's `content-length` is malformed */
  constructor(kind: MessageKind, headers: FieldList) {
    const expected = declaredLength(headers);
    const { sink, source } = createBodyPipe();
    const trailers = Promise.withResolvers<FieldList | undefined>();
    // Nobody may come to ask for the trailers.
    trailers.promise.catch(() => undefined);
    let size = 0;
    this.source = source;
    this.trailers = trailers.promise;
    this.#abort = (reason) => {
      sink.abort(reason);
      trailers.reject(reason);
    };
    this.#mismatch = () => (expected === undefined || size === expected ? undefined : bodySizeError(kind, expected, size));
    this.#stream = outputStreamOf(
      {
        write: (chunk) => {
          size += chunk.length;
          if (expected !== undefined && size > expected) throw bodySizeError(kind, expected, size);
          return sink.write(chunk);
        },
        close: () => sink.close(),
        abort: this.#abort,
      },
      new InstanceScope(),
    );
    this.#close = (list) => this.#stream.finish().then(() => trailers.resolve(list), this.#abort);
  }

  /** `write: func() -> result<output-stream>` */
  write(): OutputStream {
    if (this.#written) throw new WitError(undefined);
    this.#written = true;
    return this.#stream;
  }

  /** `finish: static func(this: outgoing-body, trailers: option<trailers>) -> result<_, error-code>` */
  static finish(body: OutgoingBody, trailers: Fields | undefined): void {
    body.#ended = true;
    const mismatch = body.#mismatch();
    if (mismatch !== undefined) {
      body.#abort(mismatch);
      throw new WitError(errorCodeOf(mismatch));
    }
    void body.#close(trailers?.freeze());
  }

  /** For the host: nothing more will come. Does nothing after `finish`, which is why the reason is made only when it is needed. */
  breakOff(reason: () => unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#abort(reason());
  }

  [Symbol.dispose](): void {
    this.breakOff(() => httpError('internal-error', 'the body was dropped before it was finished'));
  }
}

/** What outgoing requests and responses share: fields, and a body that is taken once. */
abstract class OutgoingMessage {
  /** For the host. */
  readonly fields: FieldList;
  /** For the host: the body, once the guest asked for it. */
  taken: OutgoingBody | undefined;
  readonly #kind: MessageKind;

  constructor(kind: MessageKind, headers: Fields) {
    this.#kind = kind;
    this.fields = headers.freeze();
  }

  /** `headers: func() -> headers` */
  headers(): Fields {
    return new Fields(this.fields, true);
  }

  /** `body: func() -> result<outgoing-body>`; an error the second time, or when `content-length` is malformed. */
  body(): OutgoingBody {
    if (this.taken !== undefined) throw new WitError(undefined);
    try {
      this.taken = new OutgoingBody(this.#kind, this.fields);
    } catch {
      throw new WitError(undefined);
    }
    return this.taken;
  }
}

/** `wasi:http/types.outgoing-request` 0.2 */
export class OutgoingRequest extends OutgoingMessage {
  /** For the host. */
  readonly target: RequestTarget = new RequestTarget();

  /** `constructor(headers: headers)` */
  constructor(headers: Fields) {
    super('request', headers);
  }

  /** `method: func() -> method` */
  method(): Method {
    return this.target.getMethod();
  }
  /** `set-method: func(method: method) -> result` */
  setMethod(method: Method): void {
    this.target.setMethod(method);
  }
  /** `path-with-query: func() -> option<string>` */
  pathWithQuery(): string | undefined {
    return this.target.path;
  }
  /** `set-path-with-query: func(path-with-query: option<string>) -> result` */
  setPathWithQuery(path: string | undefined): void {
    this.target.setPath(path);
  }
  /** `scheme: func() -> option<scheme>` */
  scheme(): Scheme | undefined {
    return this.target.getScheme();
  }
  /** `set-scheme: func(scheme: option<scheme>) -> result` */
  setScheme(scheme: Scheme | undefined): void {
    this.target.setScheme(scheme);
  }
  /** `authority: func() -> option<string>` */
  authority(): string | undefined {
    return this.target.authority;
  }
  /** `set-authority: func(authority: option<string>) -> result` */
  setAuthority(authority: string | undefined): void {
    this.target.setAuthority(authority);
  }
}

/** `wasi:http/types.outgoing-response` 0.2 */
export class OutgoingResponse extends OutgoingMessage {
  #status = 200;

  /** `constructor(headers: headers)` */
  constructor(headers: Fields) {
    super('response', headers);
  }

  /** `status-code: func() -> status-code` */
  statusCode(): number {
    return this.#status;
  }
  /** `set-status-code: func(status-code: status-code) -> result` */
  setStatusCode(status: number): void {
    if (status < 100 || status > 599) throw new WitError(undefined);
    this.#status = status;
  }
}

/** `wasi:http/types.request-options` 0.2 */
export class RequestOptions {
  /** For the host. */
  readonly timeouts: RequestTimeouts = new RequestTimeouts();

  /** `connect-timeout: func() -> option<duration>` */
  connectTimeout(): bigint | undefined {
    return this.timeouts.connect;
  }
  /** `set-connect-timeout: func(duration: option<duration>) -> result` */
  setConnectTimeout(duration: bigint | undefined): void {
    this.timeouts.connect = duration;
  }
  /** `first-byte-timeout: func() -> option<duration>` */
  firstByteTimeout(): bigint | undefined {
    return this.timeouts.firstByte;
  }
  /** `set-first-byte-timeout: func(duration: option<duration>) -> result` */
  setFirstByteTimeout(duration: bigint | undefined): void {
    this.timeouts.firstByte = duration;
  }
  /** `between-bytes-timeout: func() -> option<duration>` */
  betweenBytesTimeout(): bigint | undefined {
    return this.timeouts.betweenBytes;
  }
  /** `set-between-bytes-timeout: func(duration: option<duration>) -> result` */
  setBetweenBytesTimeout(duration: bigint | undefined): void {
    this.timeouts.betweenBytes = duration;
  }
}
