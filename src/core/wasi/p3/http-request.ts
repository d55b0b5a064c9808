import type { HostFuture, HostStream } from '../../engine/streams.ts';
import { WitError } from '../../engine/values.ts';
import type { FieldList, HttpRequest } from '../../http/message.ts';
import { RequestTarget, type Method, type Scheme } from '../http/target.ts';
import { RequestTimeouts } from '../http/timeouts.ts';
import { visibleFields } from '../http/fields.ts';
import type { InstanceScope } from '../scope.ts';
import { ArrivedBody, consumeBody, discardBody, GuestBody, neverSent, type MessageBody, type TrailersResult, type Transmission } from './http-body.ts';
import { Fields } from './http-fields.ts';

/** `wasi:http/types.request-options-error` */
export type RequestOptionsError = { tag: 'not-supported' } | { tag: 'immutable' } | { tag: 'other'; val?: string | undefined };

/** `wasi:http/types.request-options` 0.3. Immutable once it belongs to a request. */
export class RequestOptions {
  readonly timeouts: RequestTimeouts;
  readonly #immutable: boolean;

  constructor(timeouts: RequestTimeouts = new RequestTimeouts(), immutable = false) {
    this.timeouts = timeouts;
    this.#immutable = immutable;
  }

  #mutable(): RequestTimeouts {
    if (this.#immutable) throw new WitError<RequestOptionsError>({ tag: 'immutable' });
    return this.timeouts;
  }

  /** `get-connect-timeout: func() -> option<duration>` */
  getConnectTimeout(): bigint | undefined {
    return this.timeouts.connect;
  }
  /** `set-connect-timeout: func(duration: option<duration>) -> result<_, request-options-error>` */
  setConnectTimeout(duration: bigint | undefined): void {
    this.#mutable().connect = duration;
  }
  /** `get-first-byte-timeout: func() -> option<duration>` */
  getFirstByteTimeout(): bigint | undefined {
    return this.timeouts.firstByte;
  }
  /** `set-first-byte-timeout: func(duration: option<duration>) -> result<_, request-options-error>` */
  setFirstByteTimeout(duration: bigint | undefined): void {
    this.#mutable().firstByte = duration;
  }
  /** `get-between-bytes-timeout: func() -> option<duration>` */
  getBetweenBytesTimeout(): bigint | undefined {
    return this.timeouts.betweenBytes;
  }
  /** `set-between-bytes-timeout: func(duration: option<duration>) -> result<_, request-options-error>` */
  setBetweenBytesTimeout(duration: bigint | undefined): void {
    this.#mutable().betweenBytes = duration;
  }
  /** `clone: func() -> request-options` */
  clone(): RequestOptions {
    return new RequestOptions(this.timeouts.copy());
  }
}

/** `wasi:http/types.request` 0.3: one a guest makes, or one that arrived for it. */
export class Request {
  /** For the host: what sending or answering needs. */
  readonly target: RequestTarget;
  readonly headers: FieldList;
  readonly body: MessageBody;
  readonly timeouts: RequestTimeouts | undefined;

  constructor(target: RequestTarget, headers: FieldList, body: MessageBody, timeouts?: RequestTimeouts) {
    this.target = target;
    this.headers = headers;
    this.body = body;
    this.timeouts = timeouts;
  }

  /** A request that arrived, for the instance whose scope is given. */
  static incoming(request: HttpRequest, scope: InstanceScope): Request {
    const target = new RequestTarget();
    target.method = request.method;
    target.scheme = request.scheme;
    target.authority = request.authority === '' ? undefined : request.authority;
    target.path = request.path;
    return new Request(target, visibleFields(request.headers), new ArrivedBody(request.body, request.trailers, scope));
  }

  /**
   * ```wit
   * new: static func(headers: headers, contents: option<stream<u8>>, trailers: future<result<option<trailers>, error-code>>,
   *   options: option<request-options>) -> tuple<request, future<result<_, error-code>>>
   * ```
   * The future tells what became of sending it; a request that is never sent counts as an error.
   */
  static new(headers: Fields, contents: unknown, trailers: unknown, options: RequestOptions | undefined): [Request, HostFuture<Transmission>] {
    const body = new GuestBody(contents, trailers);
    return [new Request(new RequestTarget(), headers.freeze(), body, options?.timeouts), body.sent];
  }

  /** `get-method: func() -> method` */
  getMethod(): Method {
    return this.target.getMethod();
  }
  /** `set-method: func(method: method) -> result` */
  setMethod(method: Method): void {
    this.target.setMethod(method);
  }
  /** `get-path-with-query: func() -> option<string>` */
  getPathWithQuery(): string | undefined {
    return this.target.path;
  }
  /** `set-path-with-query: func(path-with-query: option<string>) -> result` */
  setPathWithQuery(path: string | undefined): void {
    this.target.setPath(path);
  }
  /** `get-scheme: func() -> option<scheme>` */
  getScheme(): Scheme | undefined {
    return this.target.getScheme();
  }
  /** `set-scheme: func(scheme: option<scheme>) -> result` */
  setScheme(scheme: Scheme | undefined): void {
    this.target.setScheme(scheme);
  }
  /** `get-authority: func() -> option<string>` */
  getAuthority(): string | undefined {
    return this.target.authority;
  }
  /** `set-authority: func(authority: option<string>) -> result` */
  setAuthority(authority: string | undefined): void {
    this.target.setAuthority(authority);
  }
  /** `get-options: func() -> option<request-options>` */
  getOptions(): RequestOptions | undefined {
    return this.timeouts === undefined ? undefined : new RequestOptions(this.timeouts, true);
  }
  /** `get-headers: func() -> headers` */
  getHeaders(): Fields {
    return new Fields(this.headers, true);
  }
  /**
   * ```wit
   * consume-body: static func(this: request, res: future<result<_, error-code>>)
   *   -> tuple<stream<u8>, future<result<option<trailers>, error-code>>>
   * ```
   */
  static consumeBody(request: Request, result: unknown): [HostStream<Uint8Array>, HostFuture<TrailersResult>] {
    return consumeBody(request.body, result, 'request');
  }

  [Symbol.dispose](): void {
    discardBody(this.body, neverSent);
  }
}
