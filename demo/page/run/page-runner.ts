import type { LogLine, Runner } from './protocol.ts';

/** A host in the page itself. It is loaded with the first use. */
export function createPageRunner(onLog: (line: LogLine) => void): Runner {
  let session: Promise<Runner> | undefined;
  const get = (): Promise<Runner> => (session ??= import('./session.ts').then(({ createSession }) => createSession({ name: 'page', onLog })));
  return {
    open: async (...given) => (await get()).open(...given),
    call: async (...given) => (await get()).call(...given),
    stop: async (key) => (await get()).stop(key),
  };
}
