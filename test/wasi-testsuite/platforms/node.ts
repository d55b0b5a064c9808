/** hostling in this process: real directories, and requests that come over a socket. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost, listen, openDirectory } from '../../../src/platform/node/index.ts';
import { type Connection, perform } from '../operations.ts';
import type { TestPlatform } from './platform.ts';

/** Creates the host. */
export async function createNode(): Promise<TestPlatform> {
  const host = await createHost({ log: { write() {} } });
  const listener = await listen({ address: '127.0.0.1', port: 0, handle: host.handle });
  return {
    async test({ wasm, root }, trial) {
      const copy = root === undefined ? undefined : await mkdtemp(join(tmpdir(), 'wasi-testsuite-'));
      try {
        if (root !== undefined && copy !== undefined) await cp(root, copy, { recursive: true });
        return await perform(trial, {
          host,
          component: wasm,
          root: copy === undefined ? undefined : await openDirectory(copy),
          request: (_workload, path, init) => fetch(`http://127.0.0.1:${listener.port}${path}`, init),
          connect: openConnection,
        });
      } finally {
        if (copy !== undefined) await rm(copy, { recursive: true, force: true });
      }
    },
    async close() {
      await listener.close(0);
      await host.stop({ graceMs: 0 });
    },
  };
}

async function openConnection(host: string, port: number): Promise<Connection> {
  const socket = connect({ host, port });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const chunks: AsyncIterator<Buffer> = socket.iterator({ destroyOnReturn: false });
  return {
    send: (bytes) => new Promise((resolve, reject) => socket.write(bytes, (failure) => (failure ? reject(failure) : resolve()))),
    async receive() {
      const { done, value } = await chunks.next();
      return done ? undefined : value;
    },
    close: () => socket.destroy(),
  };
}
