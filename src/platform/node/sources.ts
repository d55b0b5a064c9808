import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { HostlingError, messageOf } from '../../core/errors.ts';
import type { Sources } from '../../core/ports/sources.ts';
import { fetchComponent, toAddress } from '../../core/http/fetch-component.ts';

/** Components by path, `file:` or `http(s):` address. */
export const sources: Sources = Object.freeze({
  async read(reference: string | URL, signal?: AbortSignal): Promise<Uint8Array> {
    const url = typeof reference !== 'string' ? reference : /^(https?|file):/i.test(reference) ? toAddress(reference) : undefined;
    if (url !== undefined && url.protocol !== 'file:') return fetchComponent(fetch, url, signal);
    return readComponentFile(url ?? String(reference));
  },
});

async function readComponentFile(file: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(file instanceof URL ? fileURLToPath(file) : file);
  } catch (failure) {
    const code = failure instanceof Error && 'code' in failure ? failure.code : undefined;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a directory' : code === 'EACCES' ? 'permission denied' : messageOf(failure);
    throw new HostlingError('source-unreachable', `cannot read ${String(file)}: ${reason}`, { cause: failure });
  }
}
