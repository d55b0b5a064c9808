import { describe, expect, test } from 'vitest';
import { HostlingError } from '../../src/core/errors.ts';
import { explainAllowedHostLoopbackPort, parseAllowedHostLoopbackPorts } from '../../src/core/workload/policy/loopback-ports.ts';

describe('ports of the machine', () => {
  test.each([
    ['5432', 5432, 'tcp', true],
    ['5432', 5432, 'udp', false],
    ['5432', 5433, 'tcp', false],
    ['5432/tcp', 5432, 'tcp', true],
    ['5432/tcp', 5432, 'udp', false],
    ['53/udp', 53, 'udp', true],
    ['53/udp', 53, 'tcp', false],
    ['53/UDP', 53, 'udp', true],
    [' 5432 / TCP ', 5432, 'tcp', true],
    ['65535', 65_535, 'tcp', true],
    ['00080', 80, 'tcp', true],
  ] as const)('%s and %d/%s: %s', (entry, port, protocol, expected) => {
    expect(parseAllowedHostLoopbackPorts([entry]).allows(port, protocol)).toBe(expected);
  });

  test('an empty list denies everything', () => {
    expect(parseAllowedHostLoopbackPorts([]).allows(80, 'tcp')).toBe(false);
  });

  test('any entry of several is enough', () => {
    expect(parseAllowedHostLoopbackPorts(['80', '53/udp']).allows(53, 'udp')).toBe(true);
  });

  test.each([
    ['', 'the entry is empty'],
    ['*', 'a wildcard is not allowed'],
    ['5000-6000', 'a range is not allowed'],
    ['5432-', 'a range is not allowed'],
    ['5000..6000', 'a range is not allowed'],
    ['postgres', "'postgres' is not a port"],
    ['0', "'0' is not a port"],
    ['65536', "'65536' is not a port"],
    ['123456', 'is not a port'],
    ['/tcp', "'' is not a port"],
    ['53/sctp', "'sctp' is not a protocol"],
    ['53/', "'' is not a protocol"],
    ['53/udp/tcp', "'udp/tcp' is not a protocol"],
    ['1e3', 'is not a port'],
  ])('the entry "%s" is refused: %s', (entry, reason) => {
    expect(() => parseAllowedHostLoopbackPorts([entry])).toThrow(reason);
    expect(explainAllowedHostLoopbackPort(entry)).toContain(reason);
  });

  test('one error names every bad entry', () => {
    const parse = (): unknown => parseAllowedHostLoopbackPorts(['80', '0', 'x']);
    expect(parse).toThrow(HostlingError);
    expect(parse).toThrow(/^invalid allowed_host_loopback_ports:\n {2}- '0': .+\n {2}- 'x': .+$/);
  });
});
