import { HostlingError, messageOf } from '../errors.ts';

/** The part of the web's `fetch` that is needed. */
type Fetch = (input: string, init?: { signal?: AbortSignal | null }) => Promise<Response>;

/**
 * Downloads a component.
 * @throws HostlingError `source-unreachable`, naming the address without its user and password
 */
export async function fetchComponent(fetch: Fetch, url: URL, signal?: AbortSignal): Promise<Uint8Array> {
  const shown = `${url.protocol}//${url.host}${url.pathname}`;
  let response: Response;
  try {
    response = await fetch(url.href, { signal: signal ?? null });
  } catch (failure) {
    throw new HostlingError('source-unreachable', `cannot load ${shown}: ${messageOf(failure)}`, { cause: failure });
  }
  if (!response.ok) throw new HostlingError('source-unreachable', `cannot load ${shown}: the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
