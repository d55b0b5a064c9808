import { fetchComponent, toAddress } from '../../core/http/fetch-component.ts';
import type { Sources } from '../../core/ports/sources.ts';

/** Components by address, relative ones to the page or worker. */
export const sources: Sources = Object.freeze({
  read: (reference: string | URL, signal?: AbortSignal) => fetchComponent((url, init) => fetch(url, init), toAddress(reference, location.href), signal),
});
