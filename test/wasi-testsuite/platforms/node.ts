/** hostling on Node: in a thread of this process, so that a guest that never gives way can be ended. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Order } from './node-thread.ts';
import { orGiveUp, type Setting, type TestPlatform } from './platform.ts';

/** Starts the thread when it is needed. */
export function createNode(setting: Setting): TestPlatform {
  let thread: Worker | undefined;
  return {
    test({ wasm, root }, trial) {
      const current = (thread ??= new Worker(new URL('node-thread.ts', import.meta.url), { workerData: setting }));
      const order: Order = { trial, wasm, root };
      current.postMessage(order);
      const answer = once(current, 'message').then(
        ([why]) => why as string | undefined,
        (failure: unknown) => {
          thread = undefined;
          throw new Error('the thread ended', { cause: failure });
        },
      );
      return orGiveUp(answer, async () => {
        thread = undefined;
        await current.terminate();
      });
    },
    async close() {
      await thread?.terminate();
    },
  };
}
