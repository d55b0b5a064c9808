import { fetchComponent, toAddress } from '../../core/http/fetch-component.ts';
import type { Sources } from '../../core/ports/sources.ts';

/** Components by absolute address. */
export const sources: Sources = Object.freeze({
  read: (reference: string | URL, signal?: AbortSignal) => fetchComponent((url, init) => fetch(url, init), toAddress(reference), signal),
});
