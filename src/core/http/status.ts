import type { HttpErrorCode } from '../ports/http-out.ts';
import { HostlingError } from '../errors.ts';

/**
 * The status a caller sees when a guest answers its request with an error code instead of a response:
 *
 * - 504 for what waited in vain (`DNS-timeout`, `connection-timeout`, `connection-read-timeout`, `connection-write-timeout`,
 *   `HTTP-response-timeout`)
 * - 502 for what failed between the guest and a server behind it (names, connections, TLS, malformed or incomplete responses)
 * - 4xx for what is wrong with the request (405, 411, 413, 414, 431, 400, 403), 508 for `loop-detected`
 * - 503 for `connection-limit-reached`, 500 for the rest (`internal-error`, `configuration-error`)
 */
export function statusOfErrorCode({ tag }: HttpErrorCode): number {
  switch (tag) {
    case 'DNS-timeout':
    case 'connection-timeout':
    case 'connection-read-timeout':
    case 'connection-write-timeout':
    case 'HTTP-response-timeout':
      return 504;
    case 'HTTP-request-denied':
      return 403;
    case 'HTTP-request-length-required':
      return 411;
    case 'HTTP-request-body-size':
      return 413;
    case 'HTTP-request-method-invalid':
      return 405;
    case 'HTTP-request-URI-invalid':
      return 400;
    case 'HTTP-request-URI-too-long':
      return 414;
    case 'HTTP-request-header-section-size':
    case 'HTTP-request-header-size':
    case 'HTTP-request-trailer-section-size':
    case 'HTTP-request-trailer-size':
      return 431;
    case 'loop-detected':
      return 508;
    case 'connection-limit-reached':
      return 503;
    case 'internal-error':
    case 'configuration-error':
      return 500;
    default:
      return 502;
  }
}

/**
 * The status a caller sees when the host could not get an answer from a guest: 503 when it had no room, 504 when it waited in vain,
 * 404 for a workload that is not there, else 500.
 */
export function statusOfFailure(failure: unknown): number {
  if (!(failure instanceof HostlingError)) return 500;
  switch (failure.code) {
    case 'overloaded':
    case 'workload-stopped':
    case 'host-stopped':
      return 503;
    case 'guest-timeout':
      return 504;
    case 'workload-not-found':
      return 404;
    default:
      return 500;
  }
}

/** Whether a response has no body by definition, whatever its fields say. */
export function isBodyless(method: string, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 304 || status < 200;
}
