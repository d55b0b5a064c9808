import { readEntries } from './entries.ts';

/** Which ports of the machine's own loopback a workload may connect to, where the host lets it at all. */
export interface LoopbackPortPolicy {
  allows(port: number, protocol: 'tcp' | 'udp'): boolean;
}

interface Rule {
  readonly port: number;
  readonly protocol: string;
}

/**
 * The policy of a workload's `allowedHostLoopbackPorts`. Nothing is allowed that no entry names; an empty list denies everything.
 *
 * - `5432`, `5432/tcp`: this TCP port
 * - `53/udp`: this UDP port
 *
 * There are no ranges and no wildcards: this grant is the most far-reaching of all.
 * @throws HostlingError `option-invalid`, naming every entry that is none of these
 */
export function parseAllowedHostLoopbackPorts(entries: readonly string[]): LoopbackPortPolicy {
  const rules = readEntries('allowed_host_loopback_ports', entries, readRule);
  return Object.freeze({
    allows: (port: number, protocol: 'tcp' | 'udp'): boolean => rules.some((rule) => rule.port === port && rule.protocol === protocol),
  });
}

/** Why an entry of `allowedHostLoopbackPorts` is none; undefined for one that is. */
export function explainAllowedHostLoopbackPort(entry: string): string | undefined {
  const rule = readRule(entry.trim());
  return typeof rule === 'string' ? rule : undefined;
}

function readRule(entry: string): Rule | string {
  if (entry === '') return 'the entry is empty';
  if (entry.includes('*')) return 'a wildcard is not allowed: name each port';
  if (entry.includes('-') || entry.includes('..')) return 'a range is not allowed: name each port';
  const [port = '', protocol = 'tcp', ...rest] = entry.split('/').map((part) => part.trim());
  if (rest.length > 0 || !/^(?:tcp|udp)$/i.test(protocol)) return `'${entry.slice(entry.indexOf('/') + 1)}' is not a protocol: tcp or udp`;
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) return `'${port}' is not a port: 1 to 65535`;
  return { port: Number(port), protocol: protocol.toLowerCase() };
}
