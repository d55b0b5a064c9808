import { describe, expect, test } from 'vitest';
import { HostlingError } from '../../src/core/errors.ts';
import { explainAllowedIpNameLookup, parseAllowedIpNameLookups } from '../../src/core/workload/policy/ip-names.ts';
import { hostLoopbackAddress, reservedAddresses } from '../../src/core/workload/policy/reserved-names.ts';

const allows = (entries: string[], name: string): boolean => parseAllowedIpNameLookups(entries).allows(name);

describe('names to look up', () => {
  test.each([
    ['*', 'example.com', true],
    ['*', '127.0.0.1', true],
    ['*', '::1', true],
    ['example.com', 'example.com', true],
    ['example.com', 'EXAMPLE.com', true],
    ['Example.COM', 'example.com', true],
    [' example.com ', 'example.com', true],
    ['example.com', 'example.com.', true],
    ['example.com.', 'example.com', true],
    ['example.com', 'example.com..', false],
    ['example.com', 'api.example.com', false],
    ['example.com', 'example.org', false],
    ['example.com', 'notexample.com', false],
    ['*.example.com', 'api.example.com', true],
    ['*.example.com', 'a.b.example.com.', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'badexample.com', false],
    ['*.example.com', 'example.com.evil.example', false],
    ['*.4', '1.2.3.4', false],
    ['*.1', '::1', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['10.0.0.1', 'example.com', false],
    ['10.0.0.1', '0x0a.1', true],
    ['::1', '::1', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['0:0::1', '::1', true],
    ['::1', '::2', false],
    ['xn--bcher-kva.example', 'bücher.example', true],
    ['bücher.example', 'xn--bcher-kva.example', true],
    ['bücher.example', 'BÜCHER.example', true],
    ['*.xn--bcher-kva.example', 'a.bücher.example', true],
    ['example.com', 'example。com', true],
  ])('%s and %s: %s', (entry, name, expected) => {
    expect(allows([entry], name)).toBe(expected);
  });

  test('an empty list denies everything', () => {
    expect(allows([], 'example.com')).toBe(false);
    expect(allows([], '127.0.0.1')).toBe(false);
  });

  test('any entry of several is enough', () => {
    expect(allows(['a.example', '*.b.example'], 'x.b.example')).toBe(true);
  });

  test.each([
    '',
    ' ',
    '.',
    'a..b',
    'a b',
    'http://example.com',
    'example.com/x',
    'example.com:80',
    'user@example.com',
    '1.2.3.4.5',
    '::1%1',
    '[::1',
    '%61.example',
  ])('"%s" is nothing to look up, whatever is allowed', (name) => {
    expect(allows(['*'], name)).toBe(false);
  });

  test.each([
    ['', 'the entry is empty'],
    ['   ', 'the entry is empty'],
    ['*com', 'leading dot required'],
    ['*.*.com', 'not a host name'],
    ['a.*.com', 'leading dot required'],
    ['*.', 'not a host name'],
    ['https://example.com', 'a scheme is not allowed'],
    ['example.com/v1', 'a path is not allowed'],
    ['example.com?q=1', 'a query is not allowed'],
    ['example.com#f', 'a fragment is not allowed'],
    ['example.com:8080', 'a port is not allowed'],
    ['[::1]', 'without brackets'],
    ['[::1]:80', 'without brackets'],
    ['1:2:3', 'not an IP address'],
    ['fe80::1%eth0', 'not an IP address'],
    ['example..com', 'not a host name'],
    ['.example.com', 'not a host name'],
    ['-lead.com', 'not a host name'],
    ['trail-.com', 'not a host name'],
    ['under_score.com', 'not a host name'],
    ['with space.com', 'not a host name'],
    [`${'a'.repeat(64)}.com`, 'not a host name'],
    [`${'abcdefg.'.repeat(32)}com`, 'not a host name'],
    ['1.2.3', 'neither a host name nor an IP address'],
    ['010.0.0.1', 'neither a host name nor an IP address'],
    ['256.0.0.1', 'neither a host name nor an IP address'],
    ['example.0x1', 'neither a host name nor an IP address'],
  ])('the entry "%s" is refused: %s', (entry, reason) => {
    expect(() => parseAllowedIpNameLookups([entry])).toThrow(reason);
    expect(explainAllowedIpNameLookup(entry)).toContain(reason);
  });

  test('one error names every bad entry', () => {
    const parse = (): unknown => parseAllowedIpNameLookups(['ok.example', '*foo', 'x:1']);
    expect(parse).toThrow(HostlingError);
    expect(parse).toThrow(/^invalid allowed_ip_name_lookups:\n {2}- '\*foo': .+\n {2}- 'x:1': .+$/);
    expect(parse).toThrow(expect.objectContaining({ code: 'option-invalid' }));
  });
});

describe('reserved names', () => {
  test.each([
    ['service.wasmcloud.internal', ['127.0.0.1']],
    ['Service.WasmCloud.Internal', ['127.0.0.1']],
    ['service.wasmcloud.internal.', ['127.0.0.1']],
    ['api.svc.wasmcloud.internal', ['127.0.0.1']],
    ['host.wasmcloud.internal', [hostLoopbackAddress]],
    ['ｈost.wasmcloud.internal', [hostLoopbackAddress]],
    ['wasmcloud.internal', []],
    ['nope.wasmcloud.internal', []],
    ['a.b.svc.wasmcloud.internal', []],
    ['.svc.wasmcloud.internal', []],
    ['a.host.wasmcloud.internal', []],
    ['x.localhost', ['127.0.0.1', '::1']],
    ['a.b.LOCALHOST.', ['127.0.0.1', '::1']],
  ])('%s is %j', (name, addresses) => {
    expect(reservedAddresses(name)).toEqual(addresses);
  });

  test.each(['localhost', '.localhost', 'example.com', 'notwasmcloud.internal', 'wasmcloud.internal.example.com', 'notlocalhost', '127.0.0.1', ''])(
    '"%s" is left to the policy',
    (name) => {
      expect(reservedAddresses(name)).toBeUndefined();
    },
  );

  test('the address of the machine is the one wasmCloud has', () => {
    expect(hostLoopbackAddress).toBe('127.255.255.254');
  });
});
