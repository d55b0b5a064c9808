import { createFetchOut } from '../../core/http/fetch-out.ts';
import type { HttpOut } from '../../core/ports/http-out.ts';

/**
 * Outgoing HTTP of a page: `fetch`, without cookies and without the browser's cache. Request bodies are gathered up to 16 MiB, since
 * Chromium takes a stream only where the server speaks HTTP/2 and others take none; longer ones are streamed where the browser can.
 */
export function createBrowserHttpOut(fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis)): HttpOut {
  return createFetchOut({
    fetch: (url, init) => fetch(url, init as RequestInit),
    defaults: { credentials: 'omit', cache: 'no-store' },
    requestBodies: 'buffer',
    streamsLongBodies: takesStreams(),
  });
}

/** Browsers that know no streams as bodies turn them into text, and then name a content type. */
function takesStreams(): boolean {
  let asked = false;
  const init = {
    method: 'POST',
    body: new ReadableStream(),
    get duplex(): 'half' {
      asked = true;
      return 'half';
    },
  };
  try {
    return !new Request('https://example.invalid/', init).headers.has('content-type') && asked;
  } catch {
    return false;
  }
}
