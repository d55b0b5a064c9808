import { messageOf } from '../../core/errors.ts';
import { HttpOutError, type HttpErrorTag } from '../../core/ports/http-out.ts';
import { httpError } from '../../core/wasi/http/error-code.ts';

const tags: Readonly<Record<string, HttpErrorTag>> = Object.freeze({
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-terminated',
  ECONNABORTED: 'connection-terminated',
  EPIPE: 'connection-terminated',
  ETIMEDOUT: 'connection-timeout',
  ETIMEOUT: 'DNS-timeout',
  EHOSTUNREACH: 'destination-unavailable',
  EHOSTDOWN: 'destination-unavailable',
  ENETUNREACH: 'destination-IP-unroutable',
  ENETDOWN: 'destination-IP-unroutable',
  EADDRNOTAVAIL: 'destination-IP-unroutable',
  EACCES: 'destination-IP-prohibited',
  EPERM: 'destination-IP-prohibited',
  EMFILE: 'connection-limit-reached',
  ENFILE: 'connection-limit-reached',
  EPROTO: 'TLS-protocol-error',
  ERR_INVALID_URL: 'HTTP-request-URI-invalid',
  ERR_UNESCAPED_CHARACTERS: 'HTTP-request-URI-invalid',
  ERR_INVALID_HTTP_TOKEN: 'HTTP-request-method-invalid',
  ERR_STREAM_PREMATURE_CLOSE: 'connection-terminated',
});

/** What the resolver's failures are called in DNS. */
const resolverCodes: Readonly<Record<string, string>> = Object.freeze({
  ENOTFOUND: 'NXDOMAIN',
  ENODATA: 'NOERROR',
  EAI_NONAME: 'NXDOMAIN',
  EAI_NODATA: 'NOERROR',
  EAI_AGAIN: 'SERVFAIL',
  EAI_FAIL: 'SERVFAIL',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'REFUSED',
});

const certificate = /^(?:CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;
// How OpenSSL says it: "…:ssl/tls alert handshake failure:…:SSL alert number 40".
const alertName = /(?:ssl\/tls|tlsv1|sslv3)[^:]* alert ([^:]+)/i;
const alertNumber = /SSL alert number (\d+)/;

/** What a failure of Node's HTTP client is in WASI's terms. */
export function toHttpOutError(failure: unknown): HttpOutError {
  if (failure instanceof HttpOutError) return failure;
  const code = codeOf(failure);
  const text = messageOf(failure);
  const rcode = resolverCodes[code];
  if (rcode !== undefined) return httpError('DNS-error', text, { rcode, infoCode: undefined }, failure);
  const tag = tags[code];
  if (tag !== undefined) return httpError(tag, text, undefined, failure);
  if (certificate.test(code)) return httpError('TLS-certificate-error', text, undefined, failure);
  if (code.startsWith('HPE_')) {
    return code === 'HPE_HEADER_OVERFLOW'
      ? httpError('HTTP-response-header-section-size', text, undefined, failure)
      : httpError('HTTP-protocol-error', text, undefined, failure);
  }
  if (code.startsWith('ERR_SSL_')) {
    const name = alertName.exec(text)?.[1]?.trim();
    const number = alertNumber.exec(text)?.[1];
    if (name === undefined && number === undefined) return httpError('TLS-protocol-error', text, undefined, failure);
    const payload = { alertId: number === undefined ? undefined : Number(number), alertMessage: name };
    return httpError('TLS-alert-received', text, payload, failure);
  }
  return httpError('internal-error', text, text, failure);
}

/** An error's code. Where several addresses of a name were tried, the first one's. */
function codeOf(failure: unknown): string {
  if (typeof failure !== 'object' || failure === null) return '';
  if ('code' in failure && typeof failure.code === 'string') return failure.code;
  return failure instanceof AggregateError && failure.errors.length > 0 ? codeOf(failure.errors[0]) : '';
}
