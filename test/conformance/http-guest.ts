import { readAll, type ByteSource } from '../../src/core/engine/streams.ts';
import { ok } from '../../src/core/engine/values.ts';
import type { HttpRequest } from '../../src/core/http/message.ts';

/** Text as the bytes a guest handles. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A whole body as text. */
export async function text({ body }: { readonly body?: ByteSource | undefined }): Promise<string> {
  return new TextDecoder().decode(body === undefined ? new Uint8Array(0) : await readAll(body));
}

/** A guest's readable stream end, as an engine hands it over. */
export interface GuestStream {
  read(): Promise<{ value?: Uint8Array; done: boolean }>;
  return(): void;
  /** How often the host dropped it. */
  dropped: number;
}

/** A guest's stream of these chunks. */
export function guestStream(...chunks: string[]): GuestStream {
  return {
    dropped: 0,
    async read() {
      const chunk = chunks.shift();
      return chunk === undefined ? { done: true } : { value: bytes(chunk), done: false };
    },
    return() {
      this.dropped++;
    },
  };
}

/** A guest's future that says that there are no trailers, or that all went well. */
export const noTrailers: Promise<{ tag: 'ok'; val: undefined }> = Promise.resolve(ok(undefined));

/** The simplest request. */
export const get: HttpRequest = { method: 'GET', scheme: 'http', authority: 'a.example', path: '/', headers: [] };

/** Everything a guest reads of a stream the host gave it. */
export async function gather(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let all = '';
  for await (const chunk of stream) all += new TextDecoder().decode(chunk);
  return all;
}
