import type { EgressPolicy } from '../../http/egress.ts';
import { hostAndPort, splitAuthority } from '../../http/authority.ts';
import type { FieldList, HttpRequest, HttpResponse } from '../../http/message.ts';
import { watchSource } from '../../http/source.ts';
import type { HttpOut, HttpTimeouts } from '../../ports/http-out.ts';
import type { InstanceScope } from '../scope.ts';
import { asHttpOutError, httpError } from './error-code.ts';
import type { RequestTarget } from './target.ts';

/** What a workload reaches HTTP servers with. */
export interface HttpClient {
  /** Absent where the platform has no outgoing HTTP: every request is then denied. */
  readonly httpOut: HttpOut | undefined;
  readonly egress: EgressPolicy;
}

/** An {@link HttpRequest} without its body. */
export type RequestHead = Pick<HttpRequest, 'method' | 'scheme' | 'authority' | 'path' | 'headers'>;

/**
 * The head of an outgoing request as it goes to the platform. A request without a scheme is an `https` one, one without a path asks
 * for `/`; user information in the authority is left out, since it does not belong in messages.
 * @throws HttpOutError when the policy denies the destination, or the request cannot be sent as it is
 */
export function prepareHead(client: HttpClient, target: RequestTarget, headers: FieldList): RequestHead {
  const { method, scheme = 'https', authority, path = '/' } = target;
  const parts = authority === undefined ? undefined : splitAuthority(authority);
  if (parts === undefined) throw httpError('HTTP-request-URI-invalid', 'the request has no authority');
  const host = hostAndPort(parts);
  if (client.httpOut === undefined || !client.egress.allows({ scheme, authority: host })) {
    throw httpError('HTTP-request-denied', `${scheme}://${host} is not among the allowed hosts`);
  }
  if (scheme !== 'http' && scheme !== 'https') throw httpError('HTTP-protocol-error', `requests cannot be sent with the scheme ${scheme}`);
  // CONNECT makes the connection a tunnel, which a request-response exchange has no use for.
  if (method === 'CONNECT') throw httpError('HTTP-request-method-invalid', 'CONNECT cannot be sent');
  return { method, scheme, authority: host, path: wirePath(method, path), headers };
}

function wirePath(method: string, path: string): string {
  const absolute = path.startsWith('?') ? `/${path}` : path;
  if (!absolute.startsWith('/') && !(method === 'OPTIONS' && absolute === '*')) {
    throw httpError('HTTP-request-URI-invalid', `the path ${path} does not begin with "/"`);
  }
  // What is not ASCII travels percent-encoded; everything else exactly as the guest wrote it.
  return absolute.replaceAll(/[^\x00-\x7f]+/g, (text) => encodeURIComponent(text));
}

/** Sends a request whose head was prepared. The instance ending aborts it, up to the end of the response's body. */
export async function sendRequest(
  client: HttpClient,
  request: HttpRequest,
  timeouts: HttpTimeouts,
  scope: InstanceScope,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  const controller = new AbortController();
  const release = scope.hold((reason) => controller.abort(reason));
  const abort = (): void => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort);
  const done = (): void => {
    release();
    signal?.removeEventListener('abort', abort);
  };
  try {
    if (client.httpOut === undefined) throw httpError('HTTP-request-denied', 'this host has no outgoing HTTP');
    const response = await client.httpOut.send(request, timeouts, controller.signal);
    if (response.body === undefined) {
      done();
      return response;
    }
    return { ...response, body: watchSource(response.body, done) };
  } catch (failure) {
    done();
    throw asHttpOutError(failure);
  }
}
