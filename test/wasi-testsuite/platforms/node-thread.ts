/** The thread's half of the Node platform: real directories, and requests that come over a socket. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createHost, listen, openDirectory } from '../../../src/platform/node/index.ts';
import { takeJspi } from '../../lib/jspi.ts';
import { type Connection, perform, type Trial } from '../operations.ts';
import type { Setting } from './platform.ts';

/** What the thread is asked to run; it answers with why it failed. */
export interface Order {
  readonly trial: Trial;
  readonly wasm: string;
  /** The directory to give the guest a copy of. */
  readonly root: string | undefined;
}

const { engine, jspi } = workerData as Setting;
if (!jspi) takeJspi();
const host = await createHost({ engine, log: { write() {} } });
const listener = await listen({ address: '127.0.0.1', port: 0, handle: host.handle });
parentPort?.on('message', async (order: Order) =>
  parentPort?.postMessage(await run(order).catch((failure: unknown) => `the platform failed: ${String(failure)}`)),
);

async function run({ trial, wasm, root }: Order): Promise<string | undefined> {
  const copy = root === undefined ? undefined : await mkdtemp(join(tmpdir(), 'wasi-testsuite-'));
  try {
    if (root !== undefined && copy !== undefined) await cp(root, copy, { recursive: true, filter: (path) => !path.endsWith('.cleanup') });
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
}

async function openConnection(address: string, port: number): Promise<Connection> {
  const socket = connect({ host: address, port });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const chunks: AsyncIterator<Buffer> = socket.iterator({ destroyOnReturn: false });
  return {
    send: (bytes) => new Promise((resolve, reject) => socket.write(bytes, (failure) => (failure ? reject(failure) : resolve()))),
    async receive() {
      const { done, value } = await chunks.next();
      return done ? undefined : value;
    },
    close: () => void socket.destroy(),
  };
}
