import { HostlingError, messageOf } from '../errors.ts';

/** The part of the web's `fetch` that is needed. */
type Fetch = (input: string, init?: { signal?: AbortSignal | null }) => Promise<Response>;

/**
 * A component's address.
 * @throws HostlingError `source-unreachable` when it is none
 */
export function toAddress(reference: string | URL, base?: string): URL {
  if (typeof reference !== 'string') return reference;
  if (!URL.canParse(reference, base))
    throw new HostlingError('source-unreachable', `cannot load ${reference.replace(/\/\/[^/]*@/, '//')}: it is not a complete URL`);
  return new URL(reference, base);
}

/**
 * Downloads a component.
 * @throws HostlingError `source-unreachable`, naming the address without its user and password
 */
export async function fetchComponent(fetch: Fetch, url: URL, signal?: AbortSignal): Promise<Uint8Array> {
  const shown = `${url.protocol}//${url.host}${url.pathname}`;
  // The web's fetch refuses such an address too, but repeats the password while it does.
  if (url.username !== '' || url.password !== '')
    throw new HostlingError('source-unreachable', `cannot load ${shown}: an address must not have a user or password in it`);
  let response: Response;
  try {
    response = await fetch(url.href, { signal: signal ?? null });
  } catch (failure) {
    // Node says `fetch failed`, and what failed in the cause.
    const reason = failure instanceof Error && failure.cause instanceof Error ? failure.cause : failure;
    throw new HostlingError('source-unreachable', `cannot load ${shown}: ${messageOf(reason)}`, { cause: failure });
  }
  if (!response.ok) throw new HostlingError('source-unreachable', `cannot load ${shown}: the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
