import { WitError } from '../../engine/values.ts';
import { splitAuthority } from '../../http/authority.ts';
import { isToken } from './fields.ts';

/** `wasi:http/types.method` */
export type Method = { tag: 'get' | 'head' | 'post' | 'put' | 'delete' | 'connect' | 'options' | 'trace' | 'patch' } | { tag: 'other'; val: string };

/** `wasi:http/types.scheme` */
export type Scheme = { tag: 'HTTP' | 'HTTPS' } | { tag: 'other'; val: string };

const namedMethods: ReadonlyMap<string, Method> = new Map(
  (['get', 'head', 'post', 'put', 'delete', 'connect', 'options', 'trace', 'patch'] as const).map((tag) => [tag.toUpperCase(), { tag }]),
);

// RFC 3986, 3.1.
const schemeSyntax = /^[A-Za-z][A-Za-z0-9+\-.]*$/;
// Excluded are controls, space, "#" (a fragment is no part of a request) and what no URL may carry unescaped and servers refuse.
const pathSyntax = /^[^\x00-\x20\x7f#<>`]*$/;

/** `set-…` of a part with wrong syntax: `result` without a payload. */
const invalid = (): WitError<undefined> => new WitError(undefined);

/**
 * Method and URI of a request as a guest sets and reads them, the same for both versions. Inside they are texts, as in
 * `HttpRequest`; the variants of WIT are made when a guest asks.
 */
export class RequestTarget {
  method = 'GET';
  scheme: string | undefined;
  authority: string | undefined;
  path: string | undefined;

  /** The method as a variant. A method that has a case of its own is that case, however it was set. */
  getMethod(): Method {
    return namedMethods.get(this.method) ?? { tag: 'other', val: this.method };
  }

  setMethod(method: Method): void {
    const text = method.tag === 'other' ? method.val : method.tag.toUpperCase();
    if (!isToken(text)) throw invalid();
    this.method = text;
  }

  getScheme(): Scheme | undefined {
    switch (this.scheme) {
      case undefined:
        return undefined;
      case 'http':
        return { tag: 'HTTP' };
      case 'https':
        return { tag: 'HTTPS' };
      default:
        return { tag: 'other', val: this.scheme };
    }
  }

  setScheme(scheme: Scheme | undefined): void {
    if (scheme === undefined || scheme.tag !== 'other') {
      this.scheme = scheme?.tag.toLowerCase();
      return;
    }
    if (!schemeSyntax.test(scheme.val)) throw invalid();
    const lower = scheme.val.toLowerCase();
    this.scheme = lower === 'http' || lower === 'https' ? lower : scheme.val;
  }

  setAuthority(authority: string | undefined): void {
    if (authority !== undefined && splitAuthority(authority) === undefined) throw invalid();
    this.authority = authority;
  }

  /** Relative references are kept as they are; sending decides about them. */
  setPath(path: string | undefined): void {
    if (path !== undefined && !pathSyntax.test(path)) throw invalid();
    this.path = path === '' ? '/' : path;
  }
}
