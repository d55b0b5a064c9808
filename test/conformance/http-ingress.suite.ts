import { describe, expect, test } from 'vitest';
import { sourceOf } from '../../src/core/engine/streams.ts';
import { err, ok, WitError } from '../../src/core/engine/values.ts';
import { Faults } from '../../src/core/faults.ts';
import { handleP2, type HandlerP2 } from '../../src/core/http/ingress-p2.ts';
import { handleP3, type HandlerP3 } from '../../src/core/http/ingress-p3.ts';
import { requestFromWeb, responseToWeb } from '../../src/core/http/web.ts';
import { ResponseOutparam } from '../../src/core/wasi/p2/http.ts';
import { Fields as FieldsP2 } from '../../src/core/wasi/p2/http-fields.ts';
import { IncomingBody } from '../../src/core/wasi/p2/http-incoming.ts';
import { OutgoingBody, OutgoingResponse } from '../../src/core/wasi/p2/http-outgoing.ts';
import { Fields } from '../../src/core/wasi/p3/http-fields.ts';
import { Request } from '../../src/core/wasi/p3/http-request.ts';
import { Response } from '../../src/core/wasi/p3/http-response.ts';
import { InstanceScope } from '../../src/core/wasi/scope.ts';
import { bytes, gather, get, guestStream, noTrailers, text } from './http-guest.ts';

/** How guests of both versions answer requests, and how both sides look on the web; needs no network. */
export function httpIngressSuite(platform: string): void {
  describe(`${platform}: wasi:http/handler 0.3`, () => {
    const answering = (response: () => Response): HandlerP3 => ({ handle: () => response() });

    test('answers with status, fields, body and trailers, then is finished', async () => {
      const scope = new InstanceScope();
      const handler: HandlerP3 = {
        async handle(request) {
          const [stream, trailers] = Request.consumeBody(request, noTrailers);
          const body = await gather(stream);
          await trailers;
          const [response, sent] = Response.new(new Fields(), guestStream(body, '!'), Promise.resolve(ok(Fields.fromList([['x-end', bytes('1')]]))));
          void sent.then((result) => results.push(result));
          response.setStatusCode(202);
          return response;
        },
      };
      const results: unknown[] = [];
      const { response, finished } = handleP3(handler, { ...get, method: 'POST', body: sourceOf(bytes('echo')) }, { scope });
      const { status, body, trailers } = await response;
      expect(status).toBe(202);
      expect(await text({ body })).toBe('echo!');
      expect(await trailers).toEqual([['x-end', '1']]);
      await finished;
      expect(results).toEqual([ok(undefined)]);
    });

    test('an error code becomes a status, a trap an error', async () => {
      const scope = new InstanceScope();
      const refused = handleP3({ handle: () => Promise.reject(new WitError({ tag: 'connection-timeout' })) }, get, { scope });
      expect(await refused.response).toEqual({ status: 504, headers: [] });
      await refused.finished;
      const trapped = handleP3({ handle: () => Promise.reject(new Error('unreachable')) }, get, { scope });
      await expect(trapped.response).rejects.toMatchObject({ code: 'guest-trap' });
      await trapped.finished;
    });

    test('an instance that fails later fails the body', async () => {
      const faults = new Faults();
      const late: unknown[] = [];
      const silent = { read: () => new Promise<never>(() => {}) };
      const { response, finished } = handleP3(
        answering(() => Response.new(new Fields(), silent, noTrailers)[0]),
        get,
        { scope: new InstanceScope(), onFault: (listener) => faults.listen(listener), onLateFailure: (failure) => late.push(failure) },
      );
      const { body } = await response;
      const reading = body!.read(10);
      faults.fail(new Error('trap'));
      await expect(reading).rejects.toMatchObject({ code: 'guest-trap' });
      await expect(async () => body!.read(10)).rejects.toMatchObject({ code: 'guest-trap' });
      await finished;
      expect(late).toHaveLength(1);
    });

    test('the caller going away cancels, before the head and after it', async () => {
      const before = new AbortController();
      const waiting = handleP3({ handle: () => new Promise<never>(() => {}) }, get, { scope: new InstanceScope(), signal: before.signal });
      before.abort();
      await expect(waiting.response).rejects.toMatchObject({ code: 'cancelled' });
      await waiting.finished;

      const stream = guestStream('a', 'b');
      const [made, sent] = Response.new(new Fields(), stream, noTrailers);
      const streaming = handleP3(
        answering(() => made),
        get,
        { scope: new InstanceScope() },
      );
      (await streaming.response).body?.cancel();
      await streaming.finished;
      expect(stream.dropped).toBe(1);
      expect(await sent).toMatchObject({ tag: 'err' });
    });

    test('a body shorter than its content-length fails, and its maker is told', async () => {
      const [made, sent] = Response.new(Fields.fromList([['content-length', bytes('5')]]), guestStream('abc'), noTrailers);
      const { response, finished } = handleP3(
        answering(() => made),
        get,
        { scope: new InstanceScope() },
      );
      await expect(text(await response)).rejects.toMatchObject({ code: { tag: 'HTTP-response-body-size', val: 3n } });
      await finished;
      expect(await sent).toEqual(err({ tag: 'HTTP-response-body-size', val: 3n }));
    });

    test('HEAD is answered without a body', async () => {
      const stream = guestStream('abc');
      const made = Response.new(Fields.fromList([['content-length', bytes('3')]]), stream, noTrailers)[0];
      const { response, finished } = handleP3(
        answering(() => made),
        { ...get, method: 'HEAD' },
        { scope: new InstanceScope() },
      );
      expect(await response).toEqual({ status: 200, headers: [['content-length', '3']] });
      await finished;
      expect(stream.dropped).toBe(1);
    });
  });

  describe(`${platform}: wasi:http/incoming-handler 0.2`, () => {
    const respond = (out: ResponseOutparam): OutgoingBody => {
      const response = new OutgoingResponse(new FieldsP2());
      const body = response.body();
      ResponseOutparam.set(out, ok(response));
      return body;
    };

    test('the head goes out while the guest still runs, and the call is finished when both are', async () => {
      const gate = Promise.withResolvers<void>();
      let isFinished = false;
      const handler: HandlerP2 = {
        async handle(_request, out) {
          const body = respond(out);
          const stream = body.write();
          await stream.blockingWriteAndFlush(bytes('one '));
          await gate.promise;
          await stream.blockingWriteAndFlush(bytes('two'));
          stream[Symbol.dispose]();
          OutgoingBody.finish(body, FieldsP2.fromList([['x-end', bytes('1')]]));
        },
      };
      const { response, finished } = handleP2(handler, get, { scope: new InstanceScope() });
      void finished.then(() => (isFinished = true));
      const { body, trailers } = await response;
      expect(await body!.read(100)).toEqual(bytes('one '));
      expect(isFinished).toBe(false);
      gate.resolve();
      expect(await text({ body })).toBe('two');
      expect(await trailers).toEqual([['x-end', '1']]);
      await finished;
    });

    test('a guest may write a short body before it sets its response', async () => {
      const handler: HandlerP2 = {
        async handle(_request, out) {
          const response = new OutgoingResponse(new FieldsP2());
          const body = response.body();
          const stream = body.write();
          for (let index = 0; index < 4; index++) await stream.blockingWriteAndFlush(bytes('x'.repeat(4096)));
          stream[Symbol.dispose]();
          OutgoingBody.finish(body, undefined);
          ResponseOutparam.set(out, ok(response));
        },
      };
      const { response, finished } = handleP2(handler, get, { scope: new InstanceScope() });
      expect(await text(await response)).toHaveLength(16_384);
      await finished;
    });

    test('a guest that writes a lot waits for who reads', async () => {
      let written = 0;
      const handler: HandlerP2 = {
        async handle(_request, out) {
          const body = respond(out);
          const stream = body.write();
          for (; written < 100; written++) await stream.blockingWriteAndFlush(bytes('x'.repeat(4096)));
          OutgoingBody.finish(body, undefined);
        },
      };
      const { response, finished } = handleP2(handler, get, { scope: new InstanceScope() });
      const answer = await response;
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(written).toBeLessThan(20);
      expect(await text(answer)).toHaveLength(409_600);
      await finished;
    });

    test('a guest that reads its request sees it', async () => {
      const handler: HandlerP2 = {
        async handle(request, out) {
          const incoming = request.consume();
          const stream = incoming.stream();
          const chunk = await stream.blockingRead(3n);
          stream[Symbol.dispose]();
          const trailers = IncomingBody.finish(incoming);
          await trailers.subscribe().block();
          const output = respond(out);
          const target = `${request.method().tag} ${request.authority()}${request.pathWithQuery()}`;
          const writer = output.write();
          await writer.blockingWriteAndFlush(bytes(`${target} ${new TextDecoder().decode(chunk)} ${trailers.get()?.tag}`));
          OutgoingBody.finish(output, undefined);
        },
      };
      const { response, finished } = handleP2(handler, { ...get, method: 'POST', body: sourceOf(bytes('abcdef')) }, { scope: new InstanceScope() });
      expect(await text(await response)).toBe('post a.example/ abc ok');
      await finished;
    });

    test.each([
      ['ends without an answer', { handle() {} }],
      ['traps without an answer', { handle: () => Promise.reject(new Error('unreachable')) }],
    ])('a guest that %s is an error', async (_what, handler) => {
      const { response, finished } = handleP2(handler, get, { scope: new InstanceScope() });
      await expect(response).rejects.toMatchObject({ code: 'guest-trap' });
      await finished;
    });

    test.each([
      ['traps', true],
      ['ends', false],
    ])('a guest that %s before its body is finished fails the body', async (_what, traps) => {
      const handler: HandlerP2 = {
        async handle(_request, out) {
          const stream = respond(out).write();
          await stream.blockingWriteAndFlush(bytes('part'));
          if (traps) throw new Error('unreachable');
        },
      };
      const { response, finished } = handleP2(handler, get, { scope: new InstanceScope() });
      await expect(text(await response)).rejects.toThrow();
      await finished;
    });

    test('an error code becomes a status', async () => {
      const handler: HandlerP2 = { handle: (_request, out) => ResponseOutparam.set(out, err({ tag: 'connection-refused' as const })) };
      const { response, finished } = handleP2(handler, get, { scope: new InstanceScope() });
      expect(await response).toEqual({ status: 502, headers: [] });
      await finished;
    });

    test('the caller going away fails the guest it writes to', async () => {
      const ended = Promise.withResolvers<unknown>();
      const handler: HandlerP2 = {
        async handle(_request, out) {
          const stream = respond(out).write();
          try {
            for (;;) await stream.blockingWriteAndFlush(bytes('x'));
          } catch (failure) {
            ended.resolve(failure);
          }
        },
      };
      const { response, finished } = handleP2(handler, get, { scope: new InstanceScope() });
      (await response).body?.cancel();
      expect(await ended.promise).toBeInstanceOf(WitError);
      await finished;
    });
  });

  describe(`${platform}: web requests and responses`, () => {
    test('a request keeps method, address, fields and body', async () => {
      const web = new globalThis.Request('http://a.example:8080/p?q=1', { method: 'POST', headers: { 'X-A': '1' }, body: 'hello' });
      const request = requestFromWeb(web);
      expect(request).toMatchObject({ method: 'POST', scheme: 'http', authority: 'a.example:8080', path: '/p?q=1' });
      expect(request.headers).toContainEqual(['x-a', '1']);
      expect(await request.body!.read(3)).toEqual(bytes('hel'));
      expect(await text(request)).toBe('lo');
    });

    test('a response streams, is read only when asked, and cancels its source', async () => {
      let reads = 0;
      let cancelled = false;
      const source = { read: () => bytes(String(++reads)), cancel: () => (cancelled = true) };
      const reader = responseToWeb({ status: 200, headers: [['x-a', '1']], body: source }).body!.getReader();
      expect(reads).toBe(0);
      expect((await reader.read()).value).toEqual(bytes('1'));
      await reader.cancel();
      expect(cancelled).toBe(true);
      expect(reads).toBe(1);
    });

    test('trailers that reject fail the body', async () => {
      const trailers = Promise.reject(new Error('broken off'));
      await expect(responseToWeb({ status: 200, headers: [], body: sourceOf(bytes('x')), trailers }).text()).rejects.toThrow();
    });

    test('statuses without a body have none', async () => {
      let cancelled = 0;
      const body = { read: () => undefined, cancel: () => void cancelled++ };
      expect(responseToWeb({ status: 204, headers: [], body }).body).toBeNull();
      expect(responseToWeb({ status: 103, headers: [], body }).status).toBe(502);
      expect(cancelled).toBe(2);
    });
  });
}
