import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAll, sourceOf } from '../../src/core/engine/streams.ts';
import type { FieldList, HttpRequest } from '../../src/core/http/message.ts';
import { openDirectory } from '../../src/platform/node/index.ts';
import type { Bench, Case } from './case.ts';

const nameOf = (fixture: string): string => fixture.replace(/^.*\/|\.wasm$/g, '');

/**
 * A command: it has the echoing server, a directory of its own, and exits with 0.
 * @param says what it has written then
 */
function command(fixture: string, { args, says }: { args?: readonly string[]; says?: readonly string[] } = {}): Case {
  const name = nameOf(fixture);
  return {
    name: `run ${name}`,
    fixtures: [fixture],
    async run({ host, bytes, server, log }) {
      const directory = await mkdtemp(join(tmpdir(), 'jco-fixture-'));
      try {
        const code = await host.run({
          component: await bytes(fixture),
          args: args ?? [name],
          env: { HTTP_SERVER: server },
          directories: { '/': openDirectory(directory) },
          allowedHosts: ['*'],
          signal: AbortSignal.timeout(15_000),
        });
        assert.equal(code, 0, 'exit code');
        if (says !== undefined) assert.deepEqual(log(), says);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}

const words = 'And the mome raths outgrabe';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Expected {
  readonly status?: number;
  /** When the caller goes away. */
  readonly timeoutMs?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly trailers?: FieldList;
}

/** A handler answers one request. */
function handler(title: string, fixture: string, request: Partial<HttpRequest> | ((bench: Bench) => Partial<HttpRequest>), expected: Expected): Case {
  return {
    name: `handle ${title}`,
    fixtures: [fixture],
    async run(bench) {
      const workload = await bench.host.start({ component: await bench.bytes(fixture), allowedHosts: ['*'] });
      try {
        const asked: HttpRequest = {
          method: 'GET',
          scheme: 'http',
          authority: 'localhost',
          path: '/',
          headers: [],
          ...(typeof request === 'function' ? request(bench) : request),
        };
        const answer = await workload.handle(asked, AbortSignal.timeout(expected.timeoutMs ?? 15_000));
        assert.equal(answer.status, expected.status ?? 200, answer.failure?.message ?? `status ${answer.status}`);
        const headers = Object.fromEntries(answer.headers);
        for (const [name, value] of Object.entries(expected.headers ?? {})) assert.equal(headers[name], value, `header ${name}`);
        const body = answer.body === undefined ? '' : new TextDecoder().decode(await readAll(answer.body));
        if (expected.body !== undefined) assert.equal(body, expected.body);
        const trailers = await answer.trailers;
        if (expected.trailers !== undefined) assert.deepEqual(trailers, expected.trailers);
      } finally {
        await workload.stop({ graceMs: 0 });
      }
    },
  };
}

const echoed = (more: FieldList = []): Partial<HttpRequest> => ({
  headers: [['foo', 'bar'], ...more],
  body: sourceOf(encode(words)),
  trailers: Promise.resolve([['fizz', 'buzz']]),
});
const echo: Expected = { body: words, headers: { foo: 'bar' }, trailers: [['fizz', 'buzz']] };

const http =
  'content-length get invalid-dnsname invalid-header invalid-port invalid-version large-post missing-path-and-query post put response-build unknown-method unsupported-scheme';
const sockets =
  'ip-name-lookup tcp-bind tcp-connect tcp-listen tcp-sample-application tcp-sockopts tcp-states tcp-streams udp-bind udp-connect udp-receive udp-sample-application udp-send udp-sockopts udp-states';

export const programs: readonly Case[] = [
  command('cli/p3-cli-hello-stdout.wasm', { says: ['hello, world'] }),
  command('cli/p3-cli-hello-stdout-post-return.wasm', { says: ['hello, world', 'hello again, after return'] }),
  command('cli/p3-cli-much-stdout.wasm', { args: ['p3_cli_much_stdout.component', 'hello, world\n', '1'], says: ['hello, world'] }),
  command('cli/p3-cli.wasm', { args: ['p3_cli.component', '.'] }),
  command('clocks/p3-clocks-sleep.wasm'),
  command('fs/p3-file-write.wasm'),
  command('fs/p3-filesystem-file-read-write.wasm'),
  command('fs/p3-readdir.wasm'),
  command('random/p3-random-imports.wasm'),
  ...http.split(' ').map((name) => command(`http/p3-http-outbound-request-${name}.wasm`)),
  { name: 'run p3-http-outbound-request-timeout', fixtures: ['http/p3-http-outbound-request-timeout.wasm'] },
  ...sockets.split(' ').map((name) => command(`sockets/p3-sockets-${name}.wasm`)),
  handler('http-echo', 'http/p3-http-echo.wasm', () => echoed(), echo),
  handler('http-echo host-to-host', 'http/p3-http-echo.wasm', () => echoed([['x-host-to-host', 'true']]), echo),
  handler('api-proxy', 'http/p3-api-proxy.wasm', {}, { body: 'hello, world!' }),
  handler('serve-hello-world', 'cli/p3-cli-serve-hello-world.wasm', {}, { body: 'Hello, WASI!' }),
  handler('serve-sleep', 'cli/p3-cli-serve-sleep.wasm', {}, { status: 500, timeoutMs: 200 }),
  handler(
    'proxy',
    'http/p3-http-proxy.wasm',
    ({ server }) => ({
      method: 'POST',
      path: '/post',
      headers: [
        ['foo', 'bar'],
        ['url', `http://${server}/proxy`],
        ['content-length', String(words.length)],
      ],
      body: sourceOf(encode(words)),
    }),
    { body: words, headers: { 'x-wasmtime-test-method': 'POST', 'x-wasmtime-test-uri': '/proxy' } },
  ),
];
