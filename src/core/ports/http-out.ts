import type { HttpRequest, HttpResponse } from '../http/message.ts';

/** Limits of one outgoing request, in milliseconds; absent means the platform's own. */
export interface HttpTimeouts {
  readonly connectMs?: number | undefined;
  readonly firstByteMs?: number | undefined;
  readonly betweenBytesMs?: number | undefined;
}

/**
 * How guests reach HTTP servers on this platform. The egress policy has already allowed the destination.
 *
 * - `send` resolves when the response's head has arrived; body and trailers follow by pulling.
 * - It MUST stream the request's body, pulling no faster than the connection takes it, and MUST cancel the body's source when it
 *   stops reading early.
 * - When the request's body fails, or its trailers reject, it MUST break the request off (no complete message may reach the server)
 *   and reject with that failure.
 * - It MUST NOT follow redirects, add cookies or credentials, or decode content encodings the platform lets it leave alone.
 * - It rejects with an {@link HttpOutError}; when `signal` aborts, it ends the connection and rejects or fails the body.
 * - A response's body source that fails rejects its `read` with an {@link HttpOutError}; cancelling it ends the connection.
 */
export interface HttpOut {
  /** Whether `trailers` of requests and responses are carried. Browsers and Workers have none. */
  readonly trailers: boolean;
  send(request: HttpRequest, timeouts: HttpTimeouts, signal: AbortSignal): Promise<HttpResponse>;
}

/** The case names of `wasi:http/types.error-code`, the same in 0.2 and 0.3. */
export type HttpErrorTag =
  | 'DNS-timeout'
  | 'DNS-error'
  | 'destination-not-found'
  | 'destination-unavailable'
  | 'destination-IP-prohibited'
  | 'destination-IP-unroutable'
  | 'connection-refused'
  | 'connection-terminated'
  | 'connection-timeout'
  | 'connection-read-timeout'
  | 'connection-write-timeout'
  | 'connection-limit-reached'
  | 'TLS-protocol-error'
  | 'TLS-certificate-error'
  | 'TLS-alert-received'
  | 'HTTP-request-denied'
  | 'HTTP-request-length-required'
  | 'HTTP-request-body-size'
  | 'HTTP-request-method-invalid'
  | 'HTTP-request-URI-invalid'
  | 'HTTP-request-URI-too-long'
  | 'HTTP-request-header-section-size'
  | 'HTTP-request-header-size'
  | 'HTTP-request-trailer-section-size'
  | 'HTTP-request-trailer-size'
  | 'HTTP-response-incomplete'
  | 'HTTP-response-header-section-size'
  | 'HTTP-response-header-size'
  | 'HTTP-response-body-size'
  | 'HTTP-response-trailer-section-size'
  | 'HTTP-response-trailer-size'
  | 'HTTP-response-transfer-coding'
  | 'HTTP-response-content-coding'
  | 'HTTP-response-timeout'
  | 'HTTP-upgrade-failed'
  | 'HTTP-protocol-error'
  | 'loop-detected'
  | 'configuration-error'
  | 'internal-error';

/** A value of `wasi:http/types.error-code` with its payload, in the representation of `engine/values.ts`. */
export interface HttpErrorCode {
  readonly tag: HttpErrorTag;
  readonly val?: unknown;
}

/** Why an outgoing request failed, in WASI's terms. */
export class HttpOutError extends Error {
  readonly code: HttpErrorCode;
  constructor(code: HttpErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'HttpOutError';
    this.code = code;
  }
}
