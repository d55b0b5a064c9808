/** The dedicated worker's entry: the same session as in the page, behind messages. */
import { failureOf } from './failure.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { createSession } from './session.ts';

const post = (message: FromWorker): void => self.postMessage(message);
const session = createSession({ name: 'worker', onLog: (line) => post({ op: 'log', line }) });
const calls = new Map<number, AbortController>();

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.op === 'abort') calls.get(data.id)?.abort();
  else void answer(data);
});

async function answer(message: Exclude<ToWorker, { op: 'abort' }>): Promise<void> {
  const { id } = message;
  const controller = new AbortController();
  calls.set(id, controller);
  try {
    if (message.op === 'open') {
      const info = await session.open(message.key, message.source, (bytes, of) => post({ op: 'loaded', id, bytes, of }));
      post({ op: 'done', id, info });
      return;
    }
    if (message.op === 'call') await session.call(message.key, message.call, controller.signal, (event) => post({ op: 'event', id, event }));
    else await session.stop(message.key);
    post({ op: 'done', id });
  } catch (thrown) {
    post({ op: 'failed', id, failure: failureOf(thrown) });
  } finally {
    calls.delete(id);
  }
}
