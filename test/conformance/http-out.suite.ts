import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll, sourceOf, type ByteSource } from '../../src/core/engine/streams.ts';
import type { HttpRequest, HttpResponse } from '../../src/core/http/message.ts';
import type { HttpOut, HttpTimeouts } from '../../src/core/ports/http-out.ts';

/** What the suite needs of the place it runs in. */
export interface HttpOutPlace {
  readonly httpOut: HttpOut;
  /** Authority of a server as `test/platform/http-server.ts` starts it. */
  readonly authority: string;
  /** Authority where nobody listens. */
  readonly dead: string;
  close(): Promise<void> | void;
}

/** What a platform's client can do, besides what its port says. */
export interface HttpOutTraits {
  /** Requests and responses carry trailers. */
  readonly trailers: boolean;
  /** A redirect can be seen. */
  readonly redirects: boolean;
  /** Request bodies go out while they are produced. */
  readonly streaming: boolean;
  /** A failure's reason is known. */
  readonly reasons: boolean;
  /** Bytes arrive as the server sent them, encoded or not, and any method and field goes out. */
  readonly raw: boolean;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = async (message: { body?: ByteSource | undefined }): Promise<string> =>
  new TextDecoder().decode(message.body === undefined ? new Uint8Array(0) : await readAll(message.body));

/** The contract of the `HttpOut` port. */
export function httpOutSuite(platform: string, traits: HttpOutTraits, start: () => Promise<HttpOutPlace>): void {
  describe(`${platform}: http-out`, () => {
    let place: HttpOutPlace;
    beforeAll(async () => {
      place = await start();
    });
    afterAll(() => place.close());

    const send = (
      path: string,
      request: Partial<HttpRequest> = {},
      timeouts: HttpTimeouts = {},
      signal = new AbortController().signal,
    ): Promise<HttpResponse> =>
      place.httpOut.send({ method: 'GET', scheme: 'http', authority: place.authority, path, headers: [], ...request }, timeouts, signal);

    test('sends method, path and fields, and gives status and fields back', async () => {
      const response = await send('/reflect?a=1&a=2&b=%20', { headers: [['x-test', 'one']] });
      expect(response.status).toBe(200);
      const { method, url, headers } = JSON.parse(await text(response)) as { method: string; url: string; headers: Record<string, string> };
      expect(method).toBe('GET');
      expect(url).toBe('/reflect?a=1&a=2&b=%20');
      expect(headers['x-test']).toBe('one');
      expect(headers.host).toBe(place.authority);
      expect(headers['transfer-encoding']).toBeUndefined();
    });

    test.each(['POST', 'PUT', 'DELETE', 'PATCH'])('sends a %s with a body of its length', async (method) => {
      const response = await send('/echo', { method, headers: [['content-length', '5']], body: sourceOf(bytes('he'), bytes('llo')) });
      expect(await text(response)).toBe('hello');
    });

    test.each(['POST', 'DELETE'])('sends a %s with a body of unknown length', async (method) => {
      expect(await text(await send('/echo', { method, body: sourceOf(bytes('hello')) }))).toBe('hello');
    });

    test('sends a POST without a body', async () => {
      expect(await text(await send('/echo', { method: 'POST' }))).toBe('');
    });

    test('carries a large body both ways', async () => {
      const size = 3_000_000;
      const chunk = new Uint8Array(60_000).fill(97);
      let left = size;
      const body: ByteSource = {
        read(max) {
          const part = chunk.subarray(0, Math.min(max, left));
          left -= part.length;
          return part.length === 0 ? undefined : part;
        },
        cancel() {},
      };
      const response = await send('/echo', { method: 'POST', body });
      expect((await readAll(response.body!)).length).toBe(size);
    });

    test('reads a body piece by piece', async () => {
      const { body } = await send('/chunks');
      expect(await body!.read(2)).toHaveLength(2);
      expect(await text({ body })).toBe('etwothree');
    });

    test.each([201, 204, 304, 404, 418, 500])('gives the status %i', async (status) => {
      const response = await send(`/status/${status}`);
      expect(response.status).toBe(status);
      await text(response);
    });

    test('a HEAD has no body', async () => {
      const response = await send('/chunks', { method: 'HEAD' });
      expect(response.status).toBe(200);
      expect(await text(response)).toBe('');
    });

    test.skipIf(!traits.redirects)('follows no redirect (redirects)', async () => {
      const response = await send('/redirect');
      expect(response.status).toBe(302);
      expect(response.headers).toContainEqual(['location', '/reflect']);
      await text(response);
    });

    test.skipIf(!traits.raw)('keeps fields of one name apart, in order and as bytes (raw)', async () => {
      const { headers, body } = await send('/fields');
      const values = (wanted: string): string[] => headers.filter(([name]) => name === wanted).map(([, value]) => value);
      expect(values('x-twice')).toEqual(['a', 'b']);
      expect(values('set-cookie')).toEqual(['one', 'two']);
      expect(values('x-bytes')).toEqual(['\u00ff']);
      await text({ body });
    });

    test.skipIf(!traits.trailers)('carries trailers both ways (trailers)', async () => {
      const trailers = Promise.resolve<HttpRequest['headers']>([['x-sum', '7']]);
      const response = await send('/trailers', { method: 'POST', headers: [['trailer', 'x-sum']], body: sourceOf(bytes('body')), trailers });
      expect(await text(response)).toBe('body');
      expect(await response.trailers).toEqual([['x-echoed-x-sum', '7']]);
    });

    test.skipIf(!traits.trailers)('a response without trailers says so (trailers)', async () => {
      const response = await send('/chunks');
      await text(response);
      expect(await response.trailers).toBeUndefined();
    });

    test.skipIf(!traits.streaming)('gives the response while the request is still going out (streaming)', async () => {
      const gate = Promise.withResolvers<void>();
      let step = 0;
      const body: ByteSource = {
        async read() {
          if (step++ === 0) return bytes('one ');
          await gate.promise;
          return step === 2 ? bytes('two') : undefined;
        },
        cancel() {},
      };
      const response = await send('/echo', { method: 'POST', body });
      expect(await response.body!.read(100)).toEqual(bytes('one '));
      gate.resolve();
      expect(await text(response)).toBe('two');
    });

    test('a request whose trailers reject is broken off, not sent whole', async () => {
      const trailers = Promise.reject<undefined>(new Error('broken off'));
      trailers.catch(() => {});
      await expect(send('/echo', { method: 'POST', body: sourceOf(bytes('part')), trailers })).rejects.toThrow();
    });

    test('a request whose body fails is broken off', async () => {
      const body: ByteSource = { read: () => Promise.reject(new Error('no more')), cancel() {} };
      await expect(send('/echo', { method: 'POST', body })).rejects.toThrow();
    });

    test('a refused connection and an unknown name are errors, and the body is cancelled', async () => {
      let cancelled = false;
      const body: ByteSource = { read: () => bytes('x'), cancel: () => (cancelled = true) };
      const request = { authority: place.dead, method: 'POST', body: traits.streaming ? body : sourceOf(bytes('x')) };
      const refused = await send('/', request).catch((failure: unknown) => failure);
      expect(refused).toMatchObject({ name: 'HttpOutError' });
      if (traits.streaming) expect(cancelled).toBe(true);
      if (traits.reasons) expect(refused).toMatchObject({ code: { tag: 'connection-refused' } });
      const unknown = await send('/', { authority: 'nonexistent.invalid' }).catch((failure: unknown) => failure);
      expect(unknown).toMatchObject({ name: 'HttpOutError' });
      if (traits.reasons) expect(unknown).toMatchObject({ code: { tag: 'DNS-error' } });
    });

    test('a body that is cut off fails', async () => {
      const response = await send('/cut');
      const failure = await text(response).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ code: { tag: 'HTTP-response-incomplete' } });
      if (traits.trailers) await expect(response.trailers).rejects.toThrow();
    });

    test('a server that does not answer runs into the first-byte timeout', async () => {
      const failure = await send('/silent', {}, { connectMs: 50, firstByteMs: 50 }).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ code: { tag: 'connection-read-timeout' } });
    });

    test('a server that stops sending runs into the between-bytes timeout', async () => {
      const response = await send('/stall', {}, { betweenBytesMs: 50 });
      await expect(text(response)).rejects.toMatchObject({ code: { tag: 'connection-read-timeout' } });
    });

    test('aborting ends a request, before the head and after it', async () => {
      const before = new AbortController();
      const sending = send('/silent', {}, {}, before.signal);
      setTimeout(() => before.abort(new Error('enough')), 20);
      await expect(sending).rejects.toMatchObject({ name: 'HttpOutError' });

      const after = new AbortController();
      const { body } = await send('/stall', {}, {}, after.signal);
      const reading = text({ body });
      after.abort(new Error('enough'));
      await expect(reading).rejects.toMatchObject({ name: 'HttpOutError' });
    });

    test('cancelling a body ends the connection', async () => {
      const { body } = await send('/endless');
      await body!.read(10);
      body!.cancel();
      expect(await body!.read(10)).toBeUndefined();
      await expect.poll(async () => text(await send('/endless/open'))).toBe('0');
    });
  });
}
