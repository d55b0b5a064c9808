import { readEntries } from './entries.ts';
import { readLookupName, withoutRootDot } from './lookup-name.ts';

/** Which names a workload may have resolved to addresses. */
export interface IpNamePolicy {
  /** Whether this name, as the guest wrote it, may be looked up. What is neither name nor address may not. */
  allows(name: string): boolean;
}

/** `text` is a name or address in the form of `readLookupName`; that of a suffix begins with its dot. */
type Rule = { readonly kind: 'any' } | { readonly kind: 'name' | 'suffix' | 'address'; readonly text: string };

/**
 * The policy of a workload's `allowedIpNameLookups`. Nothing is allowed that no entry names; an empty list denies everything.
 *
 * - `*`: every name and address
 * - `name`: this name, in any letter case, in Unicode or punycode, with or without the dot of the root
 * - `*.suffix`: every name that ends in `.suffix`, but not `suffix` itself
 * - an IP address: this address, however it is written; other entries than it and `*` never match an address
 *
 * The names of {@link reservedAddresses} are not subject to it.
 * @throws HostlingError `option-invalid`, naming every entry that is none of these
 */
export function parseAllowedIpNameLookups(entries: readonly string[]): IpNamePolicy {
  const rules = readEntries('allowed_ip_name_lookups', entries, readRule);
  return Object.freeze({
    allows(name: string): boolean {
      const wanted = readLookupName(name);
      if (wanted === undefined) return false;
      return rules.some((rule) => {
        if (rule.kind === 'any') return true;
        if (rule.kind !== 'suffix') return rule.kind === wanted.kind && rule.text === wanted.text;
        return wanted.kind === 'name' && wanted.text.length > rule.text.length && wanted.text.endsWith(rule.text);
      });
    },
  });
}

/** Why an entry of `allowedIpNameLookups` is none; undefined for one that is. */
export function explainAllowedIpNameLookup(entry: string): string | undefined {
  const rule = readRule(entry.trim());
  return typeof rule === 'string' ? rule : undefined;
}

function readRule(entry: string): Rule | string {
  if (entry === '') return 'the entry is empty';
  if (entry === '*') return { kind: 'any' };
  if (entry.includes('://')) return 'a scheme is not allowed';
  if (entry.includes('#')) return 'a fragment is not allowed';
  if (entry.includes('?')) return 'a query is not allowed';
  if (entry.includes('/')) return 'a path is not allowed';
  if (entry.startsWith('*.')) {
    const suffix = readName(entry.slice(2));
    return suffix === undefined ? `'${entry}' is not a host name` : { kind: 'suffix', text: `.${suffix}` };
  }
  if (entry.includes('*')) return "leading dot required: '*' may only stand alone or before a dot at the beginning of the name";
  if (entry.startsWith('[')) return 'an IPv6 address is written without brackets, and without a port';
  if (entry.split(':').length > 2) {
    const address = readLookupName(entry);
    return address === undefined ? `'${entry}' is not an IP address` : { kind: 'address', text: address.text };
  }
  if (entry.includes(':')) return 'a port is not allowed';
  const name = readName(entry);
  if (name === undefined) return `'${entry}' is not a host name`;
  if (!/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(name)) return { kind: 'name', text: name };
  // Whatever ends in a number is an address to a resolver, which reads more spellings than this: one that is not the usual would surprise.
  const address = readLookupName(name);
  return address?.text === name ? { kind: 'address', text: name } : `'${entry}' is neither a host name nor an IP address`;
}

/** A name of letters, digits and hyphens in the form of `readLookupName`, or undefined. Unlike there, a number may be a name: the end of one. */
function readName(text: string): string | undefined {
  const name = /^[\x00-\x7f]*$/.test(text) ? withoutRootDot(text).toLowerCase() : readLookupName(text)?.text;
  if (name === undefined || name.length > 253) return undefined;
  return name.split('.').every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) ? name : undefined;
}
