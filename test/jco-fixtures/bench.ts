import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebClock } from '../../src/core/clock.ts';
import { createComponentEngine } from '../../src/core/engine/component-engine.ts';
import type { Imports } from '../../src/core/engine/engine.ts';
import { inspect } from '../../src/core/engine/inspect.ts';
import { webEntropy } from '../../src/core/entropy.ts';
import { parseAllowedHosts } from '../../src/core/http/egress.ts';
import { InstanceScope } from '../../src/core/wasi/scope.ts';
import { detachedStdio } from '../../src/core/wasi/stdio.ts';
import { createWasi, suspends } from '../../src/core/wasi/wasi.ts';
import { createRecordingLog } from '../../src/platform/memory/log.ts';
import { code } from '../../src/platform/node/code.ts';
import { createHost } from '../../src/platform/node/index.ts';
import type { Bench } from './case.ts';

/** Answers with what it is sent, on a free port of loopback; the answer is its authority. */
export async function startEchoServer(): Promise<string> {
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const length = headers['content-length'];
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'x-wasmtime-test-method': method,
      'x-wasmtime-test-uri': url,
      ...(length === undefined ? {} : { 'content-length': length }),
    });
    response.flushHeaders();
    request.pipe(response);
  });
  server.on('connect', (_request, socket) => socket.destroy());
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/**
 * Makes what one case runs with: each has a WASI of its own, which its components share.
 * @param fileOf where a fixture is
 */
export function createBenches(fileOf: (fixture: string) => string, server: string): () => Promise<Bench> {
  const engine = createComponentEngine((callback) => void setImmediate(callback));
  const bytes = async (fixture: string): Promise<Uint8Array> => new Uint8Array(await readFile(fileOf(fixture)));
  return async () => {
    const log = createRecordingLog();
    const wasi = createWasi({
      args: ['fixture'],
      env: {},
      stdio: detachedStdio(log, 'fixture'),
      clock: createWebClock(1_000_000n),
      entropy: webEntropy,
      preopens: {},
      httpOut: undefined,
      egress: parseAllowedHosts([]),
    });
    return {
      bytes,
      server,
      host: await createHost({ cacheDirectory: false, log }),
      log: () => log.lines.map(({ message }) => message),
      async instantiate(fixture, given = {}) {
        const component = await bytes(fixture);
        const description = inspect(component);
        const artifact = await engine.prepare(component, description, fixture, suspends);
        const imports: Record<string, unknown> = {};
        for (const { name } of description.imports) {
          const impl = given[name] ?? wasi(name)?.(new InstanceScope());
          if (impl !== undefined) imports[name] = impl;
        }
        return (await engine.load(artifact, code)).instantiate(imports as Imports, { name: fixture });
      },
    };
  };
}
