import { messageOf } from '../../errors.ts';
import { HttpOutError, type HttpErrorCode, type HttpErrorTag } from '../../ports/http-out.ts';

/** An error of the given case. */
export function httpError(tag: HttpErrorTag, message: string, val?: unknown, cause?: unknown): HttpOutError {
  return new HttpOutError(val === undefined ? { tag } : { tag, val }, message, cause === undefined ? undefined : { cause });
}

/** What a failure is for a guest: the code of an {@link HttpOutError} it is or was caused by; undefined for anything else. */
export function knownErrorCode(failure: unknown): HttpErrorCode | undefined {
  // Causes form a chain that others made: the bound is against a circle.
  for (let depth = 0; depth < 8 && typeof failure === 'object' && failure !== null; depth++) {
    if (failure instanceof HttpOutError) return failure.code;
    failure = 'cause' in failure ? failure.cause : undefined;
  }
  return undefined;
}

/** What a failure is for a guest; `internal-error` with the failure's text when nothing more exact is known. */
export function errorCodeOf(failure: unknown): HttpErrorCode {
  return knownErrorCode(failure) ?? { tag: 'internal-error', val: messageOf(failure) };
}

/** Keeps an {@link HttpOutError}, wraps anything else. */
export function asHttpOutError(failure: unknown): HttpOutError {
  if (failure instanceof HttpOutError) return failure;
  return new HttpOutError(errorCodeOf(failure), messageOf(failure), { cause: failure });
}
