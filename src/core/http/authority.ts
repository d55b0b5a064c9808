/** The parts of a URI's authority. */
export interface Authority {
  /** Lower case; an IPv6 address keeps its brackets. */
  readonly host: string;
  /** As written; absent when there is none, or none after the colon. */
  readonly port: number | undefined;
}

// RFC 3986, 3.2, without IPvFuture. The user information cannot contain "@", so that the host is never in doubt.
const syntax = /^(?:[A-Za-z0-9\-._~%!$&'()*+,;=:]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~%!$&'()*+,;=]+)(?::(\d*))?$/;

/** Takes an authority apart, leaving out user information. Answers undefined when its syntax is wrong. */
export function splitAuthority(authority: string): Authority | undefined {
  const match = syntax.exec(authority);
  if (match?.[1] === undefined) return undefined;
  const port = match[2] === undefined || match[2] === '' ? undefined : Number(match[2]);
  if (port !== undefined && port > 65_535) return undefined;
  return { host: match[1].toLowerCase(), port };
}

/** Host and port as the `Host` header has them: without user information. */
export function hostAndPort({ host, port }: Authority): string {
  return port === undefined ? host : `${host}:${port}`;
}
