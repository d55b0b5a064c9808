import type { ByteSource } from '../engine/streams.ts';
import type { ErrorCode } from '../errors.ts';

/**
 * HTTP header or trailer fields in order. Names are lower case; values are byte strings as the Fetch standard uses the word: one
 * character for each byte, U+0000 to U+00FF.
 */
export type FieldList = [name: string, value: string][];

/** One HTTP request, on its way to a guest or from one. */
export interface HttpRequest {
  /** As sent: methods are case-sensitive. */
  readonly method: string;
  /** `http` or `https`, or another scheme a guest asked for. */
  readonly scheme: string;
  /** Host and port as in the `Host` header; empty when the caller sent none. */
  readonly authority: string;
  /** Path and query, `/` at least. */
  readonly path: string;
  readonly headers: FieldList;
  /** Absent when the request has no body. */
  readonly body?: ByteSource | undefined;
  /** Settles after the body's end; a rejection means that the message was broken off. Absent where the platform has no trailers. */
  readonly trailers?: Promise<FieldList | undefined> | undefined;
}

/** One HTTP response, on its way from a guest or to one. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: FieldList;
  /** Absent when the response has no body. */
  readonly body?: ByteSource | undefined;
  /** Settles after the body's end; a rejection means that the message was broken off. Absent where there are none. */
  readonly trailers?: Promise<FieldList | undefined> | undefined;
  /** Set when the guest did not answer. */
  readonly failure?: Failure | undefined;
}

/** Why a response is the host's and not the guest's. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}
