import { HostlingError } from '../errors.ts';
import { splitAuthority, type Authority } from './authority.ts';

/** Where a request wants to go. */
export interface EgressTarget {
  /** Absent when the request's URI has none: schemes are then not compared. */
  readonly scheme?: string | undefined;
  /** Host and port as the request has them. */
  readonly authority: string;
}

/** Which HTTP servers a workload may reach. */
export interface EgressPolicy {
  allows(target: EgressTarget): boolean;
}

interface Rule {
  readonly scheme: string | undefined;
  /** The exact host, or the suffix with its leading dot. */
  readonly host: string;
  readonly suffix: boolean;
  readonly port: number | undefined;
}

/** A URL with its scheme's own port is the URL without it, so such an entry names no port at all. */
const defaultPorts: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['ws', 80],
  ['wss', 443],
  ['ftp', 21],
]);

/**
 * The policy of a workload's `allowedHosts`. Nothing is allowed that no entry names; an empty list denies everything.
 *
 * - `*`: every host
 * - `host[:port]`: this host, in any letter case; IPv6 addresses in brackets
 * - `*.suffix[:port]`: every host that ends in `.suffix`, but not `suffix` itself
 * - `scheme://` before and `/` after either of the last two: only with this scheme
 *
 * An entry without a port allows every port. An entry with one asks for that port to be written in the request: the port a scheme
 * implies does not count. Paths are never looked at.
 * @throws HostlingError `option-invalid`, naming every entry that is none of these
 */
export function parseAllowedHosts(entries: readonly string[]): EgressPolicy {
  const rules: Rule[] = [];
  const refused: string[] = [];
  let everything = false;
  for (const entry of entries) {
    const pattern = entry.trim();
    if (pattern === '*') {
      everything = true;
      continue;
    }
    const rule = parseRule(pattern);
    if (typeof rule === 'string') refused.push(`  - '${entry}': ${rule}`);
    else rules.push(rule);
  }
  if (refused.length > 0) throw new HostlingError('option-invalid', `invalid allowed_hosts:\n${refused.join('\n')}`);
  return Object.freeze({
    allows({ scheme, authority }: EgressTarget): boolean {
      const parts = splitAuthority(authority);
      if (parts === undefined) return false;
      return everything || rules.some((rule) => matches(rule, scheme?.toLowerCase(), parts));
    },
  });
}

/** Why an entry of `allowedHosts` is none, as {@link parseAllowedHosts} says it; undefined for one that is. */
export function explainAllowedHost(entry: string): string | undefined {
  const pattern = entry.trim();
  const rule = pattern === '*' ? undefined : parseRule(pattern);
  return typeof rule === 'string' ? rule : undefined;
}

function matches(rule: Rule, scheme: string | undefined, { host, port }: Authority): boolean {
  if (rule.scheme !== undefined && scheme !== undefined && rule.scheme !== scheme) return false;
  if (rule.port !== undefined && rule.port !== port) return false;
  return rule.suffix ? host.length > rule.host.length && host.endsWith(rule.host) : host === rule.host;
}

/** One entry as a rule, or why it is none. */
function parseRule(pattern: string): Rule | string {
  if (pattern === '') return 'the entry is empty';
  const separator = pattern.indexOf('://');
  if (separator < 0) return parseHost(undefined, pattern);
  const scheme = pattern.slice(0, separator).toLowerCase();
  if (!/^[a-z][a-z0-9+\-.]*$/.test(scheme)) return `'${pattern.slice(0, separator)}' is not a scheme`;
  const rest = pattern.slice(separator + 3);
  return parseHost(scheme, rest.endsWith('/') ? rest.slice(0, -1) : rest);
}

function parseHost(scheme: string | undefined, text: string): Rule | string {
  if (text.includes('#')) return 'a fragment is not allowed';
  if (text.includes('?')) return 'a query is not allowed';
  if (text.includes('/')) return scheme === undefined ? 'a path is not allowed' : "a path other than '/' is not allowed";
  if (text.includes('@')) return 'user information is not allowed';
  const match = /^(\[[^\]]*\]|[^:]*)(?::([^:]*))?$/.exec(text);
  if (match?.[1] === undefined) return 'an IPv6 address must be in brackets';
  if (match[1] === '') return 'the host is missing';
  const port = parsePort(match[2], scheme);
  if (typeof port === 'string') return port;
  const suffix = match[1].startsWith('*.');
  const name = suffix ? match[1].slice(2) : match[1];
  if (name.includes('*')) return "leading dot required: '*' may only stand alone or before a dot at the beginning of the host";
  const parts = splitAuthority(name);
  if (parts === undefined || !/^(?:\[.*\]|[a-z0-9_\-.]+)$/.test(parts.host)) return `'${match[1]}' is not a host name`;
  return { scheme, host: suffix ? `.${parts.host}` : parts.host, suffix, port };
}

/** The port, undefined for none, or why it is wrong. */
function parsePort(text: string | undefined, scheme: string | undefined): number | undefined | string {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) return `'${text}' is not a port`;
  return scheme !== undefined && defaultPorts.get(scheme) === port ? undefined : port;
}
