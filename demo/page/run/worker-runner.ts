import { CodedError } from './failure.ts';
import type { CallEvent, ComponentInfo, ComponentSource, FromWorker, LogLine, Runner, ToWorker } from './protocol.ts';

/** How long a cancelled call may go on before its worker is ended. */
const patienceMs = 1000;

interface Pending {
  readonly resolve: (info: ComponentInfo | undefined) => void;
  readonly reject: (failure: Error) => void;
  readonly onEvent?: (event: CallEvent) => void;
  readonly onLoaded?: (bytes: number, of: number) => void;
}

type WithoutId<Message> = Message extends { id: number } ? Omit<Message, 'id'> : never;

/** A host in a dedicated worker. A worker that a guest keeps busy is ended when its call is cancelled; the next use makes another. */
export function createWorkerRunner(onLog: (line: LogLine) => void): Runner {
  const pending = new Map<number, Pending>();
  const sources = new Map<string, ComponentSource>();
  let opened = new Set<string>();
  let worker: Worker | undefined;
  let ids = 0;

  const end = (failure: Error): void => {
    worker?.terminate();
    worker = undefined;
    opened = new Set();
    for (const { reject } of pending.values()) reject(failure);
    pending.clear();
  };

  const take = (message: FromWorker): void => {
    if (message.op === 'log') return onLog(message.line);
    const entry = pending.get(message.id);
    if (message.op === 'event') return entry?.onEvent?.(message.event);
    if (message.op === 'loaded') return entry?.onLoaded?.(message.bytes, message.of);
    pending.delete(message.id);
    if (message.op === 'done') entry?.resolve(message.info);
    else entry?.reject(new CodedError(message.failure));
  };

  const getWorker = (): Worker => {
    if (worker !== undefined) return worker;
    // It lies beside the page, see the build: one build for both, so that they share their chunks. It is told the engine as the page is.
    worker = new Worker(new URL(`worker.js${location.search}`, document.baseURI), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => take(data));
    worker.addEventListener('error', ({ message }) => end(new CodedError({ code: 'internal', message: message || 'the worker cannot be loaded' })));
    return worker;
  };

  const send = (
    message: WithoutId<ToWorker>,
    handlers: Pick<Pending, 'onEvent' | 'onLoaded'> = {},
  ): { id: number; done: Promise<ComponentInfo | undefined> } => {
    const id = ++ids;
    const { promise, resolve, reject } = Promise.withResolvers<ComponentInfo | undefined>();
    pending.set(id, { resolve, reject, ...handlers });
    getWorker().postMessage({ ...message, id });
    return { id, done: promise };
  };

  const open = async (key: string, source: ComponentSource, onLoaded?: (bytes: number, of: number) => void): Promise<ComponentInfo> => {
    sources.set(key, source);
    const info = await send({ op: 'open', key, source }, onLoaded === undefined ? {} : { onLoaded }).done;
    opened.add(key);
    if (info === undefined) throw new Error('the worker said nothing of the component');
    return info;
  };

  return {
    open,
    async call(key, call, signal, onEvent) {
      const source = sources.get(key);
      if (!opened.has(key) && source !== undefined) await open(key, source);
      const { id, done } = send({ op: 'call', key, call }, { onEvent });
      const cancel = (): void => {
        worker?.postMessage({ op: 'abort', id } satisfies ToWorker);
        setTimeout(() => {
          if (pending.has(id)) end(new CodedError({ code: 'cancelled', message: 'the component kept its worker busy, so the worker was ended' }));
        }, patienceMs);
      };
      signal.addEventListener('abort', cancel, { once: true });
      await done.finally(() => signal.removeEventListener('abort', cancel));
    },
    async stop(key) {
      if (opened.has(key)) await send({ op: 'stop', key }).done;
    },
  };
}
