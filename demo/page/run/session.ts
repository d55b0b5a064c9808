import { type BrowserOptions, createHost, type Host, type Log, type Workload } from 'hostling/browser';
import { callCommand, callHttp } from './call.ts';
import { readSource } from './source.ts';
import type { Call, CallEvent, LogLine, Runner } from './protocol.ts';

/** What a session lets its components have. */
export interface SessionOptions {
  /** What the samples greet. */
  readonly name: string;
  readonly onLog: (line: LogLine) => void;
}

/** One component of a session. */
interface Opened {
  readonly bytes: Uint8Array;
  workload?: Promise<Workload>;
}

/** A host in this realm, page or worker, and the components that were opened in it. */
export function createSession({ name, onLog }: SessionOptions): Runner {
  const opened = new Map<string, Opened>();
  const log: Log = {
    write: (level, text, fields = {}) => onLog({ level, text: 'workload' in fields ? `${String(fields['workload'])}: ${text}` : text }),
  };
  // The page's address may ask for the other engine, for which this server's policy then has room.
  const engine: NonNullable<BrowserOptions['engine']> = new URLSearchParams(location.search).get('engine') === 'jco' ? 'jco' : 'hostling';
  let host: Promise<Host> | undefined;
  const getHost = (): Promise<Host> => (host ??= createHost({ engine, log }));
  /** The samples' `/fetch` may reach the server this page came from, their `/fs` a directory in memory. */
  const grants = { env: { NAME: name }, directories: { '/tmp': 'memory' }, allowedHosts: [location.host] } as const;

  const find = (key: string): Opened => {
    const entry = opened.get(key);
    if (entry === undefined) throw new Error(`${key} was not opened`);
    return entry;
  };

  const start = async (key: string, entry: Opened, onEvent: (event: CallEvent) => void): Promise<Workload> => {
    entry.workload ??= (async () => {
      const workload = await (await getHost()).start({ component: entry.bytes, name: key, ...grants }, stepsTo(onEvent));
      onEvent({ type: 'step', step: 'running' });
      return workload;
    })();
    try {
      return await entry.workload;
    } catch (failure) {
      delete entry.workload;
      throw failure;
    }
  };

  return {
    async open(key, source, onLoaded) {
      const began = performance.now();
      const bytes = await readSource(source, onLoaded);
      const loadMs = performance.now() - began;
      const { digest, interface: world, imports, entrypoints } = await (await getHost()).inspect(bytes);
      opened.set(key, { ...opened.get(key), bytes });
      return { bytes: bytes.length, digest, interface: world, imports, entrypoints, loadMs };
    },

    async call(key: string, call: Call, signal: AbortSignal, onEvent: (event: CallEvent) => void) {
      const entry = find(key);
      if (call.kind === 'http') await callHttp(await start(key, entry, onEvent), call, signal, onEvent);
      else await callCommand(await getHost(), { component: entry.bytes, name: key, ...grants }, call, signal, onEvent, stepsTo(onEvent));
    },

    async stop(key) {
      const entry = find(key);
      const workload = await entry.workload;
      delete entry.workload;
      await workload?.stop({ graceMs: 0 });
    },
  };
}

/** The host's progress as events of a call. */
function stepsTo(onEvent: (event: CallEvent) => void): (step: 'loading' | 'cached' | 'preparing' | 'prepared' | 'linking') => void {
  return (step) => {
    if (step !== 'loading') onEvent({ type: 'step', step: step === 'linking' ? 'starting' : step });
  };
}
