import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { readAll, sourceOf } from '../../src/core/engine/streams.ts';
import type { CallSignal } from '../../src/core/ports/call-signal.ts';
import { HostlingError } from '../../src/core/errors.ts';
import { createFetchOut } from '../../src/core/http/fetch-out.ts';
import type { HttpRequest, HttpResponse } from '../../src/core/http/message.ts';
import { listen, type HttpListener, type ListenOptions } from '../../src/platform/node/http-in.ts';
import { createNodeHttpOut } from '../../src/platform/node/http-out.ts';
import { toHttpOutError } from '../../src/platform/node/http-errors.ts';
import { httpIngressSuite } from '../conformance/http-ingress.suite.ts';
import { httpOutSuite } from '../conformance/http-out.suite.ts';
import { httpTypesSuite } from '../conformance/http-types.suite.ts';
import { deadAuthority, startTestServer } from './http-server.ts';

httpTypesSuite('node');
httpIngressSuite('node');

httpOutSuite('node', { trailers: true, redirects: true, streaming: true, reasons: true, raw: true }, async () => {
  const httpOut = createNodeHttpOut();
  const server = await startTestServer();
  return {
    httpOut,
    authority: server.authority,
    dead: await deadAuthority(),
    async close() {
      httpOut.close();
      await server.close();
    },
  };
});

describe.each(['buffer', 'stream'] as const)('over fetch, bodies as %s', (requestBodies) => {
  httpOutSuite('node fetch', { trailers: false, redirects: true, streaming: requestBodies === 'stream', reasons: false, raw: false }, async () => {
    const server = await startTestServer();
    const httpOut = createFetchOut({ fetch: (url, init) => fetch(url, init as RequestInit) as never, requestBodies });
    return { httpOut, authority: server.authority, dead: await deadAuthority(), close: () => server.close() };
  });
});

test('a body too long for the buffer is refused', async () => {
  const httpOut = createFetchOut({ fetch: () => Promise.reject(new Error('not called')), requestBodies: 'buffer', bufferedBytes: 4 });
  const request: HttpRequest = { method: 'POST', scheme: 'http', authority: 'a.example', path: '/', headers: [], body: sourceOf(new Uint8Array(5)) };
  await expect(httpOut.send(request, {}, new AbortController().signal)).rejects.toMatchObject({ code: { tag: 'HTTP-request-body-size', val: 4n } });
});

test('a connection whose handshake does not end runs into the connect timeout', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const httpOut = createNodeHttpOut();
  const authority = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const request: HttpRequest = { method: 'GET', scheme: 'https', authority, path: '/', headers: [] };
  await expect(httpOut.send(request, { connectMs: 30 }, new AbortController().signal)).rejects.toMatchObject({ code: { tag: 'connection-timeout' } });
  httpOut.close();
  silent.close();
});

test('a request on a kept connection that the server closed meanwhile is sent once more', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    let requests = 0;
    socket.on('data', () => {
      if (requests++ === 0) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      else socket.resetAndDestroy();
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const httpOut = createNodeHttpOut();
  const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = async (method: string): Promise<string> => {
    const { body } = await httpOut.send({ method, scheme: 'http', authority, path: '/', headers: [] }, {}, new AbortController().signal);
    return new TextDecoder().decode(await readAll(body!));
  };
  expect(await send('GET')).toBe('ok');
  expect(await send('GET')).toBe('ok');
  expect(connections).toBe(2);
  await expect(send('POST')).rejects.toMatchObject({ code: { tag: 'connection-terminated' } });
  httpOut.close();
  server.close();
});

test.each([
  [{ code: 'EHOSTUNREACH' }, { tag: 'destination-unavailable' }],
  [{ code: 'EAI_AGAIN' }, { tag: 'DNS-error', val: { rcode: 'SERVFAIL', infoCode: undefined } }],
  [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, { tag: 'TLS-certificate-error' }],
  [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, { tag: 'TLS-certificate-error' }],
  [{ code: 'HPE_INVALID_CONSTANT' }, { tag: 'HTTP-protocol-error' }],
  [{ code: 'HPE_HEADER_OVERFLOW' }, { tag: 'HTTP-response-header-section-size' }],
  [new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]), { tag: 'connection-refused' }],
  [
    Object.assign(new Error('80:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:ssl/record.c:909:SSL alert number 40'), {
      code: 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
    }),
    { tag: 'TLS-alert-received', val: { alertId: 40, alertMessage: 'handshake failure' } },
  ],
])('the failure %o is %o', (failure, code) => {
  expect(toHttpOutError(failure).code).toEqual(code);
});

describe('node: http-in', () => {
  const listeners: HttpListener[] = [];
  afterEach(async () => {
    for (const listener of listeners.splice(0)) await listener.close(0);
  });
  const serve = async (handle: ListenOptions['handle']): Promise<HttpListener & { url: string }> => {
    const listener = await listen({ address: '127.0.0.1', port: 0, handle });
    listeners.push(listener);
    return { ...listener, url: `http://127.0.0.1:${listener.port}` };
  };
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  test('hands over method, address, fields, body and trailers, and answers with them', async () => {
    const { port } = await serve(async (request) => {
      const body = await readAll(request.body!);
      const trailers = await request.trailers;
      const target = `${request.method} ${request.scheme}://${request.authority}${request.path}`;
      return { status: 201, headers: [['x-target', target]], body: sourceOf(body), trailers: Promise.resolve([['x-sum', trailers?.[0]?.[1] ?? '']]) };
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /a?b HTTP/1.1\r\nHost: x.example\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 9\r\n\r\n');
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toContain('HTTP/1.1 201 Created\r\nx-target: POST http://x.example/a?b\r\n');
    expect(answer.endsWith('\r\n\r\n2\r\nhi\r\n0\r\nx-sum: 9\r\n\r\n')).toBe(true);
  });

  test('takes the authority from an absolute request target', async () => {
    const { port } = await serve(async ({ authority, path }) => ({ status: 200, headers: [['x-target', authority + path]] }));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET http://y.example:81/p?q HTTP/1.1\r\nHost: x.example\r\nConnection: close\r\n\r\n');
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toContain('x-target: y.example:81/p?q\r\n');
    expect(answer).toContain('content-length: 0\r\n');
  });

  test('a request without a body has none, whatever its method', async () => {
    const { url } = await serve(async ({ body }) => ({ status: body === undefined ? 200 : 500, headers: [] }));
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
    expect((await fetch(url)).status).toBe(200);
  });

  test('the head goes out before the body is there', async () => {
    const gate = Promise.withResolvers<Uint8Array | undefined>();
    const { url } = await serve(async () => ({ status: 200, headers: [], body: { read: () => gate.promise, cancel() {} } }));
    const response = await fetch(url);
    expect(response.status).toBe(200);
    gate.resolve(undefined);
    expect(await response.text()).toBe('');
  });

  test('a client that does not read slows the body down', async () => {
    let produced = 0;
    const body = {
      read: () => {
        produced += 65_536;
        return produced > 50_000_000 ? undefined : new Uint8Array(65_536);
      },
      cancel() {},
    };
    const { port } = await serve(async () => ({ status: 200, headers: [], body }));
    const socket = connect(port, '127.0.0.1');
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(produced).toBeLessThan(20_000_000);
    socket.destroy();
  });

  test('a client going away aborts the signal and cancels the body', async () => {
    const aborted = Promise.withResolvers<unknown>();
    const cancelled = Promise.withResolvers<void>();
    const { url } = await serve(async (_request, signal) => {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason));
      return { status: 200, headers: [], body: { read: () => new Promise<never>(() => {}), cancel: () => cancelled.resolve() } };
    });
    const controller = new AbortController();
    await fetch(url, { signal: controller.signal });
    controller.abort();
    expect(await aborted.promise).toMatchObject({ code: 'cancelled' });
    await cancelled.promise;
  });

  test('a client going away before the head aborts too, and a finished request does not', async () => {
    const aborted = Promise.withResolvers<void>();
    const signals: CallSignal[] = [];
    const { url } = await serve((request, signal) => {
      signals.push(signal);
      signal.addEventListener('abort', () => aborted.resolve());
      return request.path === '/' ? Promise.resolve({ status: 204, headers: [] }) : new Promise(() => {});
    });
    await fetch(url);
    await expect(fetch(`${url}/wait`, { signal: AbortSignal.timeout(30) })).rejects.toThrow();
    await aborted.promise;
    expect(signals.map(({ aborted: is }) => is)).toEqual([false, true]);
  });

  test('a failing handler is a status, a failing body a broken connection', async () => {
    const failing: HttpResponse = { status: 200, headers: [], body: { read: () => Promise.reject(new Error('trap')), cancel() {} } };
    const { url } = await serve(async ({ path }) => {
      if (path === '/body') return failing;
      throw new HostlingError('overloaded', 'no room');
    });
    expect((await fetch(url)).status).toBe(503);
    await expect(fetch(`${url}/body`).then((response) => response.text())).rejects.toThrow();
  });

  test('a body nobody reads does not keep the connection from the next request', async () => {
    const { url } = await serve(async (request) => {
      request.body?.cancel();
      return { status: 200, headers: [], body: sourceOf(bytes('ok')) };
    });
    for (let index = 0; index < 3; index++) {
      const response = await fetch(url, { method: 'POST', body: 'x'.repeat(500_000) });
      expect(await response.text()).toBe('ok');
    }
  });

  test('closing lets requests under way finish, then breaks off those that do not', async () => {
    const gate = Promise.withResolvers<void>();
    const { url, close } = await serve(async ({ path }) => {
      await (path === '/finishes' ? gate.promise : new Promise(() => {}));
      return { status: 200, headers: [], body: sourceOf(bytes('done')) };
    });
    const finishes = fetch(`${url}/finishes`).then((response) => response.text());
    const hangs = fetch(`${url}/hangs`).then(
      () => 'answered',
      () => 'broken off',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = close(300);
    gate.resolve();
    expect(await finishes).toBe('done');
    expect(await hangs).toBe('broken off');
    await closed;
    await expect(fetch(url)).rejects.toThrow();
  });

  test('an address in use and one that is not there are told apart', async () => {
    const { port } = await serve(async () => ({ status: 200, headers: [] }));
    const handle = (): Promise<never> => Promise.reject(new Error('not called'));
    await expect(listen({ address: '127.0.0.1', port, handle })).rejects.toMatchObject({ code: 'address-in-use' });
    await expect(listen({ address: '203.0.113.1', port: 0, handle })).rejects.toMatchObject({ code: 'address-unavailable' });
  });
});
