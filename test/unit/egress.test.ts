import { describe, expect, test } from 'vitest';
import { HostlingError } from '../../src/core/errors.ts';
import { parseAllowedHosts } from '../../src/core/http/egress.ts';

/** Whether a policy of these entries lets a request to this URL out. The authority stays as written: URL objects drop default ports. */
function allows(entries: string[], url: string): boolean {
  const match = /^(?:([a-z]+):\/\/)?([^/?]*)/i.exec(url);
  return parseAllowedHosts(entries).allows({ scheme: match?.[1], authority: match?.[2] ?? '' });
}

describe('allowed hosts', () => {
  test.each([
    ['example.com', 'http://EXAMPLE.com', true],
    ['example.com', 'https://example.com:8443', true],
    ['example.com', 'http://api.example.com', false],
    ['example.com:8443', 'https://example.com:8443', true],
    ['example.com:8443', 'https://example.com', false],
    ['example.com:443', 'https://example.com', false],
    ['https://api.example.com', 'https://api.example.com/v1?x=1', true],
    ['https://api.example.com', 'http://api.example.com', false],
    ['*.example.com', 'http://a.example.com', true],
    ['*.example.com', 'http://a.b.example.com', true],
    ['*.example.com', 'http://example.com', false],
    ['*.example.com', 'http://badexample.com', false],
    ['*.example.com:8443', 'http://api.example.com', false],
    ['[::1]:8080', 'http://[::1]:8080', true],
  ])('%s and %s: %s', (entry, url, expected) => {
    expect(allows([entry], url)).toBe(expected);
  });

  test('an empty list denies everything', () => {
    expect(allows([], 'http://example.com')).toBe(false);
  });

  test('* allows every host, scheme and port', () => {
    expect(allows(['*'], 'http://example.com')).toBe(true);
    expect(allows(['*'], 'https://[::1]:1')).toBe(true);
  });

  test('any entry of several is enough', () => {
    expect(allows(['a.example', 'b.example'], 'http://b.example')).toBe(true);
  });

  test('entries are trimmed and compared in any letter case', () => {
    expect(allows([' Example.COM '], 'http://example.com')).toBe(true);
    expect(allows(['HTTPS://Example.com/'], 'https://example.com')).toBe(true);
    expect(allows(['https://example.com'], 'HTTPS://example.com')).toBe(true);
  });

  test('a URL with the port of its scheme allows any port, one with another port only that', () => {
    expect(allows(['https://x.example:443'], 'https://x.example')).toBe(true);
    expect(allows(['https://x.example:443'], 'https://x.example:8443')).toBe(true);
    expect(allows(['https://x.example:8443'], 'https://x.example')).toBe(false);
    expect(allows(['http://x.example:443'], 'http://x.example')).toBe(false);
  });

  test('the scheme is not compared when the request has none', () => {
    expect(allows(['https://x.example'], 'x.example')).toBe(true);
  });

  test('a wildcard may have a scheme and a port', () => {
    expect(allows(['https://*.example.com:8443/'], 'https://a.example.com:8443')).toBe(true);
    expect(allows(['https://*.example.com:8443/'], 'http://a.example.com:8443')).toBe(false);
  });

  test('user information does not hide the host, and malformed authorities go nowhere', () => {
    expect(allows(['example.com'], 'http://example.com@evil.example')).toBe(false);
    expect(allows(['example.com'], 'http://user:pass@example.com')).toBe(true);
    expect(allows(['*'], 'http://a@b@c')).toBe(false);
    expect(allows(['*'], 'http://')).toBe(false);
  });

  test.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['*foo', 'leading dot required'],
    ['*foo.com', 'leading dot required'],
    ['a.*.com', 'leading dot required'],
    ['*.*.com', 'leading dot required'],
    ['*.', 'not a host name'],
    ['http://*', 'leading dot required'],
    ['https://x.example/path', 'path'],
    ['x.example/', 'path'],
    ['https://x.example?q=1', 'query'],
    ['https://x.example/#f', 'fragment'],
    ['x.example:http', 'not a port'],
    ['x.example:65536', 'not a port'],
    ['x.example:', 'not a port'],
    ['1ttp://x.example', 'not a scheme'],
    ['https://', 'host is missing'],
    ['https://:443', 'host is missing'],
    ['::1', 'in brackets'],
    ['user@x.example', 'user information'],
    ['x example', 'not a host name'],
  ])('the entry "%s" is refused: %s', (entry, reason) => {
    expect(() => parseAllowedHosts([entry])).toThrow(reason);
  });

  test('one error names every bad entry', () => {
    const parse = (): unknown => parseAllowedHosts(['ok.example', '*foo', 'https://x.example/path']);
    expect(parse).toThrow(HostlingError);
    expect(parse).toThrow(/^invalid allowed_hosts:\n {2}- '\*foo': .+\n {2}- 'https:\/\/x\.example\/path': .+$/);
    expect(parse).toThrow(expect.objectContaining({ code: 'option-invalid' }));
  });
});
