import { describe, expect, test } from 'vitest';
import { sourceOf } from '../../src/core/engine/streams.ts';
import { err, ok, WitError } from '../../src/core/engine/values.ts';
import { parseAllowedHosts } from '../../src/core/http/egress.ts';
import type { HttpOut } from '../../src/core/ports/http-out.ts';
import { httpError } from '../../src/core/wasi/http/error-code.ts';
import { createHttpP2, type FutureIncomingResponse } from '../../src/core/wasi/p2/http.ts';
import { Fields as FieldsP2 } from '../../src/core/wasi/p2/http-fields.ts';
import { IncomingBody } from '../../src/core/wasi/p2/http-incoming.ts';
import { OutgoingBody, OutgoingRequest } from '../../src/core/wasi/p2/http-outgoing.ts';
import { createHttp } from '../../src/core/wasi/p3/http.ts';
import { Fields } from '../../src/core/wasi/p3/http-fields.ts';
import { Request } from '../../src/core/wasi/p3/http-request.ts';
import { Response } from '../../src/core/wasi/p3/http-response.ts';
import { InstanceScope } from '../../src/core/wasi/scope.ts';
import { createMemoryHttpOut, type HttpAnswer } from '../../src/platform/memory/http-out.ts';
import { bytes, gather, guestStream, noTrailers, text } from './http-guest.ts';

/** The guest's view of 0.3 and 0.2 over a server that is a function. */
function client(
  answer: HttpAnswer | undefined,
  allowed: string[] = ['*'],
): {
  scope: InstanceScope;
  send(request: Request): Promise<Response>;
  handle(request: OutgoingRequest): FutureIncomingResponse;
} {
  const scope = new InstanceScope();
  const httpOut: HttpOut | undefined = answer && createMemoryHttpOut(answer);
  const options = { httpOut, egress: parseAllowedHosts(allowed) };
  const p3 = createHttp(options)['wasi:http/client']!(scope);
  const p2 = createHttpP2(options);
  return { scope, ...(p3 as object), ...(p2['wasi:http/outgoing-handler']!(scope) as object) } as ReturnType<typeof client>;
}

function requestTo(authority: string, contents?: unknown, headers = new Fields(), trailers: unknown = noTrailers): [Request, PromiseLike<unknown>] {
  const [request, sent] = Request.new(headers, contents, trailers, undefined);
  request.setScheme({ tag: 'HTTP' });
  request.setAuthority(authority);
  return [request, sent];
}

async function payloadOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (failure) {
    if (failure instanceof WitError) return failure.payload;
    throw failure;
  }
  throw new Error('nothing was thrown');
}

/** What guests see of outgoing HTTP in both versions; needs no network. */
export function httpTypesSuite(platform: string): void {
  describe(`${platform}: wasi:http/client 0.3`, () => {
    test('sends body and trailers and hands the response over', async () => {
      const { send } = client(async (request) => {
        const body = await text(request);
        const trailers = await request.trailers;
        const path = `${request.method} ${request.scheme}://${request.authority}${request.path}`;
        return {
          status: 201,
          headers: [['x-trailer', trailers?.[0]?.[1] ?? '']],
          body: sourceOf(bytes(`${path} ${body}`)),
          trailers: Promise.resolve([['x-end', 'yes']]),
        };
      });
      const trailers = Fields.fromList([['x-sum', bytes('7')]]);
      const [request, sent] = requestTo('user@a.example:80', guestStream('he', 'llo'), new Fields(), Promise.resolve(ok(trailers)));
      request.setMethod({ tag: 'post' });
      request.setPathWithQuery('?q=ü');
      const response = await send(request);
      expect(response.getStatusCode()).toBe(201);
      expect(response.getHeaders().get('x-trailer')).toEqual([bytes('7')]);
      expect(await sent).toEqual(ok(undefined));
      const [stream, end] = Response.consumeBody(response, Promise.resolve(ok(undefined)));
      expect(await gather(stream)).toBe('POST http://a.example:80/?q=%C3%BC hello');
      const result = await end;
      expect(result.tag === 'ok' && result.val?.copyAll()).toEqual([['x-end', bytes('yes')]]);
    });

    test('denies what is not allowed before anything is sent, and without outgoing HTTP everything', async () => {
      for (const { send } of [client(() => ({ status: 200, headers: [] }), ['b.example']), client(undefined)]) {
        const stream = guestStream('x');
        const [request, sent] = requestTo('a.example', stream);
        expect(await payloadOf(send(request))).toEqual({ tag: 'HTTP-request-denied' });
        expect(await sent).toEqual(err({ tag: 'HTTP-request-denied' }));
        expect(stream.dropped).toBe(1);
      }
    });

    test.each([
      ['no authority', (request: Request) => request.setAuthority(undefined), 'HTTP-request-URI-invalid'],
      ['another scheme', (request: Request) => request.setScheme({ tag: 'other', val: 'ftp' }), 'HTTP-protocol-error'],
      ['CONNECT', (request: Request) => request.setMethod({ tag: 'connect' }), 'HTTP-request-method-invalid'],
      ['a relative path', (request: Request) => request.setPathWithQuery('a/b'), 'HTTP-request-URI-invalid'],
    ])('refuses %s', async (_what, change, tag) => {
      const [request] = requestTo('a.example');
      change(request);
      expect(await payloadOf(client(() => ({ status: 200, headers: [] })).send(request))).toMatchObject({ tag });
    });

    test.each([
      ['3', ['abcd'], 4n],
      ['3', ['a'], 1n],
      ['3', undefined, 0n],
    ])('a content-length of %s with %s is an error with the size seen', async (length, chunks, size) => {
      const { send } = client(async (request) => {
        await text(request);
        return { status: 200, headers: [] };
      });
      const [request, sent] = requestTo('a.example', chunks && guestStream(...chunks), Fields.fromList([['content-length', bytes(length)]]));
      const code = { tag: 'HTTP-request-body-size', val: size };
      expect(await payloadOf(send(request))).toEqual(code);
      expect(await sent).toEqual(err(code));
    });

    test('trailers that are an error break the request off', async () => {
      const { send } = client(async (request) => {
        await text(request);
        await request.trailers;
        return { status: 200, headers: [] };
      });
      const code = { tag: 'internal-error', val: 'no' } as const;
      const [request, sent] = requestTo('a.example', guestStream('x'), new Fields(), Promise.resolve(err(code)));
      expect(await payloadOf(send(request))).toEqual(code);
      expect(await sent).toEqual(err(code));
    });

    test('a response whose body fails says so after the stream ended', async () => {
      const { send } = client(() => ({
        status: 200,
        headers: [],
        body: { read: () => Promise.reject(httpError('HTTP-response-incomplete', 'cut')), cancel() {} },
      }));
      const [stream, end] = Response.consumeBody(await send(requestTo('a.example')[0]), Promise.resolve(ok(undefined)));
      expect(await gather(stream)).toBe('');
      expect(await end).toEqual(err({ tag: 'HTTP-response-incomplete' }));
    });

    test('the instance ending aborts a request, dropping a response cancels its body', async () => {
      let aborted = false;
      const waiting = client((_request, signal) => new Promise(() => signal.addEventListener('abort', () => (aborted = true))));
      const sending = waiting.send(requestTo('a.example')[0]);
      waiting.scope.close(new Error('over'));
      expect(await payloadOf(sending)).toMatchObject({ tag: 'internal-error' });
      expect(aborted).toBe(true);

      let cancelled = false;
      const { send } = client(() => ({ status: 200, headers: [], body: { read: () => undefined, cancel: () => (cancelled = true) } }));
      (await send(requestTo('a.example')[0]))[Symbol.dispose]();
      expect(cancelled).toBe(true);
    });

    test('a request that is dropped was not sent', async () => {
      const stream = guestStream();
      const [request, sent] = requestTo('a.example', stream);
      request[Symbol.dispose]();
      expect((await sent) as object).toMatchObject({ tag: 'err' });
      expect(stream.dropped).toBe(1);
    });
  });

  describe(`${platform}: wasi:http/outgoing-handler 0.2`, () => {
    test('sends what is written to the body and hands the response over', async () => {
      const { handle } = client(async (request) => {
        const body = await text(request);
        const trailers = await request.trailers;
        return { status: 200, headers: [], body: sourceOf(bytes(`${body}${trailers?.[0]?.[0]}`)), trailers: Promise.resolve([['x-end', 'yes']]) };
      });
      const request = new OutgoingRequest(new FieldsP2());
      request.setScheme({ tag: 'HTTP' });
      request.setAuthority('a.example');
      const body = request.body();
      const future = handle(request);
      expect(future.get()).toBeUndefined();
      const stream = body.write();
      await stream.blockingWriteAndFlush(bytes('ping '));
      stream[Symbol.dispose]();
      OutgoingBody.finish(body, FieldsP2.fromList([['x-sum', bytes('1')]]));
      await future.subscribe().block();
      const answer = future.get();
      if (answer?.tag !== 'ok' || answer.val.tag !== 'ok') throw new Error('no response');
      expect(future.get()).toEqual(err(undefined));
      const incoming = answer.val.val.consume();
      const input = incoming.stream();
      expect(new TextDecoder().decode(await input.blockingRead(100n))).toBe('ping x-sum');
      input[Symbol.dispose]();
      const trailers = IncomingBody.finish(incoming);
      await trailers.subscribe().block();
      const end = trailers.get();
      expect(end?.tag === 'ok' && end.val.tag === 'ok' && end.val.val?.entries()).toEqual([['x-end', bytes('yes')]]);
      expect(trailers.get()).toEqual(err(undefined));
    });

    test('handle itself denies what is not allowed', () => {
      const { handle } = client(() => ({ status: 200, headers: [] }), []);
      const request = new OutgoingRequest(new FieldsP2());
      request.setAuthority('a.example');
      expect(() => handle(request)).toThrow(expect.objectContaining({ payload: { tag: 'HTTP-request-denied' } }));
    });

    test('a body that is dropped unfinished fails the request', async () => {
      const { handle } = client(async (request) => {
        await text(request);
        return { status: 200, headers: [] };
      });
      const request = new OutgoingRequest(new FieldsP2());
      request.setAuthority('a.example');
      const body = request.body();
      const future = handle(request);
      body[Symbol.dispose]();
      await future.subscribe().block();
      expect(future.get()).toMatchObject(ok({ tag: 'err', val: { tag: 'internal-error' } }));
    });

    test('a body of another length than promised fails in finish', () => {
      const body = new OutgoingRequest(FieldsP2.fromList([['content-length', bytes('5')]])).body();
      expect(() => OutgoingBody.finish(body, undefined)).toThrow(expect.objectContaining({ payload: { tag: 'HTTP-request-body-size', val: 0n } }));
    });
  });
}
