import { sourceOf } from '../engine/streams.ts';
import { HostlingError, messageOf } from '../errors.ts';
import type { HttpResponse } from './message.ts';
import { statusOfFailure } from './status.ts';

/** The answer for a call that failed: a status and the code. What exactly happened is for the log, not for callers. */
export function failureResponse(failure: unknown): HttpResponse {
  const code = failure instanceof HostlingError ? failure.code : 'internal';
  return {
    status: statusOfFailure(failure),
    headers: [['content-type', 'text/plain; charset=utf-8']],
    failure: { code, message: messageOf(failure) },
    body: sourceOf(new TextEncoder().encode(`${code}\n`)),
  };
}
