import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../lib/until.ts';
import { guestPath, hostling, readUntil, serve, type Server, temporaryDirectory } from './hostling.ts';

let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
const cache = (): string[] => ['--cache-dir', `${scratch.path}/cache`];
const any = ['--addr', '127.0.0.1:0'];

beforeAll(async () => {
  scratch = await temporaryDirectory();
});
afterAll(() => scratch[Symbol.asyncDispose]());

async function stopped({ child, ended }: Server): Promise<number | null> {
  child.kill('SIGTERM');
  return (await ended).code;
}

describe.each(['hello-p2', 'hello-p3', 'wat-http-p2', 'wat-http-p3'])('hostling serve %s', (name) => {
  test('prints one line, answers every host name, and stops with exit code 0', async () => {
    const server = await serve([...cache(), ...any, guestPath(name)]);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(server.url)).status).toBe(200);
    expect(await statusFor(server.url, 'anything.example')).toBe(200);
    expect(await stopped(server)).toBe(0);
    expect(server.out()).toBe(`listening on ${server.url}\n`);
  });
});

test('the guest has the environment it is given and no other', async () => {
  const server = await serve([...cache(), ...any, '--env', 'NAME=you', guestPath('hello-p3')], { OTHER: 'x' });
  expect(await (await fetch(server.url)).text()).toContain('Hello, you!');
  expect(await (await fetch(`${server.url}/env`)).json()).toEqual({ NAME: 'you' });
  await stopped(server);
});

test('what has no effect without a pool is a warning, by the name it was given under', async () => {
  const server = await serve([...cache(), ...any, '--max-concurrency', '4', '--max-invocations', '9', guestPath('wat-http-p3')]);
  expect((await fetch(server.url)).status).toBe(200);
  server.child.kill('SIGTERM');
  expect((await server.ended).err).toBe('warn wat-http-p3: --max-invocations and --max-concurrency have no effect without --pool-size\n');
});

test('the guest has the directories it is given', async () => {
  const server = await serve([...cache(), ...any, '--dir', `${scratch.path}::/data`, guestPath('hello-p2')]);
  expect(await (await fetch(`${server.url}/fs`)).text()).toMatch(/^\/data\/hello\.txt: written at/);
  await stopped(server);
});

test('outgoing requests go where --allow-host says and nowhere else', async () => {
  const origin = createServer((_request, response) => void response.end('from the origin')).listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const authority = `127.0.0.1:${(origin.address() as AddressInfo).port}`;
  try {
    const allowed = await serve([...cache(), ...any, '--allow-host', authority, guestPath('hello-p2')]);
    const target = `/fetch?url=${encodeURIComponent(`http://${authority}/`)}`;
    expect(await (await fetch(allowed.url + target)).text()).toBe('from the origin');
    expect(await stopped(allowed)).toBe(0);
    const denied = await serve([...cache(), ...any, '--allow-host', 'example.com', guestPath('hello-p2')]);
    const answer = await fetch(denied.url + target);
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain('HTTP-request-denied');
    await stopped(denied);
  } finally {
    origin.close();
  }
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s lets a response in flight finish', async (signal) => {
  const server = await serve([...cache(), ...any, guestPath('hello-p2')]);
  const body = (await fetch(`${server.url}/stream`)).body!.pipeThrough(new TextDecoderStream()).getReader();
  let seen = (await body.read()).value ?? '';
  server.child.kill(signal);
  for (;;) {
    const { done, value } = await body.read();
    if (done) break;
    seen += value;
  }
  expect(seen).toBe('line 1\nline 2\nline 3\nline 4\nline 5\n');
  expect((await server.ended).code).toBe(0);
});

test('a second signal ends the process although a request is in flight', async () => {
  const asked = Promise.withResolvers<void>();
  const origin = createServer(() => asked.resolve()).listen(0, '127.0.0.1');
  await once(origin, 'listening');
  try {
    const server = await serve([...cache(), ...any, '--allow-host', '*', guestPath('hello-p2')]);
    const inFlight = fetch(`${server.url}/fetch?url=${encodeURIComponent(`http://127.0.0.1:${(origin.address() as AddressInfo).port}/`)}`);
    inFlight.catch(() => {});
    await asked.promise;
    server.child.kill('SIGTERM');
    await until(async () => (await fetch(server.url).catch(() => undefined)) === undefined, 'the server takes no more connections');
    server.child.kill('SIGTERM');
    expect((await server.ended).code).toBe(143);
    await expect(inFlight).rejects.toThrow();
  } finally {
    origin.closeAllConnections();
    origin.close();
  }
});

test('a trap is an answer for its caller and a line in the log, and the next request is served', async () => {
  const server = await serve([...cache(), ...any, guestPath('hello-p3')]);
  const logged = readUntil(server.child.stderr, 'error hello-p3: ');
  expect((await fetch(`${server.url}/trap`)).status).toBeGreaterThanOrEqual(500);
  await logged;
  expect((await fetch(server.url)).status).toBe(200);
  expect(await stopped(server)).toBe(0);
});

test('a port in use is one line that says so', async () => {
  const server = await serve([...cache(), ...any, guestPath('wat-http-p2')]);
  const { code, err, out } = await hostling(['serve', ...cache(), '--addr', new URL(server.url).host, guestPath('wat-http-p2')]);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^hostling: cannot listen on 127\.0\.0\.1:\d+: .*; choose another with --addr.*\n$/);
  await stopped(server);
});

test('a command is refused with the way to run it', async () => {
  const { code, err } = await hostling(['serve', ...cache(), ...any, guestPath('cat-p2')]);
  expect(code).toBe(1);
  expect(err).toMatch(/^hostling: .*does not answer HTTP requests.*`hostling run`\n$/);
});

async function statusFor(url: string, host: string): Promise<number | undefined> {
  const outgoing = request(url, { headers: { host } }).end();
  const [response] = await once(outgoing, 'response');
  await text(response);
  return response.statusCode;
}
