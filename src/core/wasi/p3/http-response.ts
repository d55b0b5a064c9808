import type { HostFuture, HostStream } from '../../engine/streams.ts';
import { WitError } from '../../engine/values.ts';
import type { FieldList, HttpResponse } from '../../http/message.ts';
import { visibleFields } from '../http/fields.ts';
import type { InstanceScope } from '../scope.ts';
import { ArrivedBody, consumeBody, discardBody, GuestBody, neverSent, type MessageBody, type TrailersResult, type Transmission } from './http-body.ts';
import { Fields } from './http-fields.ts';

/** `wasi:http/types.response` 0.3: one a guest makes, or one that arrived for it. */
export class Response {
  /** For the host: what answering with it needs. */
  status = 200;
  readonly headers: FieldList;
  readonly body: MessageBody;

  constructor(headers: FieldList, body: MessageBody) {
    this.headers = headers;
    this.body = body;
  }

  /** A response that arrived, for the instance whose scope is given. */
  static incoming(response: HttpResponse, scope: InstanceScope): Response {
    const incoming = new Response(visibleFields(response.headers), new ArrivedBody(response.body, response.trailers, scope));
    incoming.status = response.status;
    return incoming;
  }

  /**
   * ```wit
   * new: static func(headers: headers, contents: option<stream<u8>>, trailers: future<result<option<trailers>, error-code>>)
   *   -> tuple<response, future<result<_, error-code>>>
   * ```
   */
  static new(headers: Fields, contents: unknown, trailers: unknown): [Response, HostFuture<Transmission>] {
    const body = new GuestBody(contents, trailers);
    return [new Response(headers.freeze(), body), body.sent];
  }

  /** `get-status-code: func() -> status-code` */
  getStatusCode(): number {
    return this.status;
  }
  /** `set-status-code: func(status-code: status-code) -> result` */
  setStatusCode(status: number): void {
    if (status < 100 || status > 599) throw new WitError(undefined);
    this.status = status;
  }
  /** `get-headers: func() -> headers` */
  getHeaders(): Fields {
    return new Fields(this.headers, true);
  }
  /**
   * ```wit
   * consume-body: static func(this: response, res: future<result<_, error-code>>)
   *   -> tuple<stream<u8>, future<result<option<trailers>, error-code>>>
   * ```
   */
  static consumeBody(response: Response, result: unknown): [HostStream<Uint8Array>, HostFuture<TrailersResult>] {
    return consumeBody(response.body, result, 'response');
  }

  [Symbol.dispose](): void {
    discardBody(this.body, neverSent);
  }
}
