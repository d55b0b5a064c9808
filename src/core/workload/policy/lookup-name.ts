/** What a guest asks to be resolved, in the one form that names are compared in. */
export interface LookupName {
  /** An address needs no resolver, and no rule about names is about it. */
  readonly kind: 'name' | 'address';
  /** A name in lower case and punycode, without the dot of the root; an address as URLs write it, without brackets. */
  readonly text: string;
}

/**
 * Reads a name as `wasi:sockets/ip-name-lookup` gets it: as the host of a URL is read (https://url.spec.whatwg.org/#host-parsing), and IPv6
 * addresses without brackets, too. Answers undefined when it is neither name nor address.
 */
export function readLookupName(name: string): LookupName | undefined {
  const bracketed = /^\[(.*)\]$/.exec(name)?.[1] ?? (name.includes(':') ? name : undefined);
  if (bracketed !== undefined) {
    const host = /^[0-9A-Fa-f:.]+$/.test(bracketed) ? hostOf(`[${bracketed}]`) : undefined;
    return host === undefined ? undefined : { kind: 'address', text: host.slice(1, -1) };
  }
  // What a URL would take for something else than its host, decode, or leave out.
  if (name === '' || /[\s\p{Cc}%/?#@\\]/u.test(name)) return undefined;
  const host = hostOf(name);
  if (host === undefined) return undefined;
  // The host of a URL that ends in a number is an IPv4 address, however it was written.
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return { kind: 'address', text: host };
  const text = withoutRootDot(host);
  return text.length <= 253 && text.split('.').every((label) => label !== '' && label.length <= 63) ? { kind: 'name', text } : undefined;
}

/** A name without the one dot that may stand for the root at its end. */
export function withoutRootDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function hostOf(host: string): string | undefined {
  const url = `http://${host}/`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
