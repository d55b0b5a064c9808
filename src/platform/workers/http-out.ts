import { createFetchOut } from '../../core/http/fetch-out.ts';
import type { HttpOut } from '../../core/ports/http-out.ts';

/** Outgoing HTTP of a Worker: `fetch`, with request bodies streamed. */
export function createWorkersHttpOut(fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis)): HttpOut {
  return createFetchOut({
    fetch: (url, init) => fetch(url, init as unknown as RequestInit) as unknown as ReturnType<Parameters<typeof createFetchOut>[0]['fetch']>,
    requestBodies: 'stream',
    // Workers send `content-length` only for streams that know theirs.
    sized: (stream, length) => {
      const fixed = new FixedLengthStream(length);
      void (stream as unknown as ReadableStream<Uint8Array>).pipeTo(fixed.writable).catch(() => undefined);
      return fixed.readable as unknown as typeof stream;
    },
  });
}
