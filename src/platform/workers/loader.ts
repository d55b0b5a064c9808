/** Components that come at run time, each in a dynamic Worker of its own. Brings the transpiler along, 1.2 MB compressed. */
import { bundleFiles } from '../../core/engine/bundle.ts';
import { HostlingError } from '../../core/errors.ts';
import type { Failure } from '../../core/http/message.ts';
import { requestToWeb, responseFromWeb } from '../../core/http/web.ts';
import type { Isolates, IsolateUnit, Runner } from '../../core/ports/isolate.ts';
import { failureHeader, type RunOutcome } from './isolate-protocol.ts';
import isolateSource from './isolate-source.js';
import type { ComponentLoader } from './platform.ts';
import * as transpiler from './transpiler/index.js';

/** What is used of the Worker Loader binding; structurally the binding's own type. */
export interface WorkerLoaderBinding {
  get(id: string, code: () => WorkerCode): { getEntrypoint(): unknown };
}

interface WorkerCode {
  compatibilityDate: string;
  mainModule: string;
  modules: Record<string, string | { wasm: ArrayBuffer }>;
  env: Record<string, unknown>;
  globalOutbound?: null;
}

interface Entrypoint {
  fetch(request: Request): Promise<Response>;
  run(): Promise<RunOutcome>;
}

/** The runtime's behaviour that isolates are written for. */
const compatibilityDate = '2026-08-01';

/**
 * Lets a host run components it was not built with: the transpiler runs in this Worker, each workload in a dynamic one of the binding.
 *
 * ```ts
 * const host = await createHost({ loader: workerLoader(env.LOADER) });
 * ```
 */
export function workerLoader(binding: WorkerLoaderBinding): ComponentLoader {
  return { loadTranspiler: async () => transpiler, isolates: createIsolates(binding) };
}

function createIsolates(binding: WorkerLoaderBinding): Isolates {
  return Object.freeze({
    async spawn({ artifact, ...unit }: IsolateUnit): Promise<Runner> {
      // The binding keeps a Worker by its id and never takes new code for it.
      const id = `${artifact.digest}-${crypto.randomUUID()}`;
      const entrypoint = (): Entrypoint =>
        binding
          .get(id, () => ({
            compatibilityDate,
            mainModule: 'main.js',
            modules: modulesOf(artifact),
            env: { UNIT: unit },
            // A guest that may reach nothing cannot reach anything, whatever the code around it does.
            ...(unit.allowedHosts.length === 0 ? { globalOutbound: null } : {}),
          }))
          .getEntrypoint() as Entrypoint;
      return createRunner(unit.name, entrypoint);
    },
  });
}

function modulesOf(artifact: IsolateUnit['artifact']): WorkerCode['modules'] {
  const modules: WorkerCode['modules'] = { 'main.js': isolateSource };
  for (const [name, content] of Object.entries(bundleFiles(artifact))) {
    if (typeof content !== 'string') modules[`component/${name}`] = { wasm: content.slice().buffer };
    else if (name.endsWith('.js')) modules[`component/${name}`] = content;
  }
  return modules;
}

function createRunner(name: string, entrypoint: () => Entrypoint): Runner {
  let stopped = false;
  const inFlight = new Map<Promise<unknown>, AbortController>();

  const check = (): void => {
    if (stopped) throw new HostlingError('workload-stopped', `workload ${name} was stopped`);
  };

  return {
    async handle(request, signal) {
      check();
      const controller = new AbortController();
      const abort = (): void => controller.abort(signal.reason);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
      const answer = entrypoint().fetch(requestToWeb(request, controller.signal));
      inFlight.set(answer, controller);
      try {
        const response = await answer;
        const failure = response.headers.get(failureHeader);
        if (failure !== null) throw toError(JSON.parse(decodeURIComponent(failure)) as Failure);
        return responseFromWeb(response);
      } finally {
        inFlight.delete(answer);
      }
    },
    async run() {
      check();
      const outcome = await entrypoint().run();
      if ('failure' in outcome) throw toError(outcome.failure);
      return outcome.exitCode;
    },
    async stop(graceMs) {
      stopped = true;
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([Promise.allSettled(inFlight.keys()), over]);
      clearTimeout(timer);
      for (const controller of inFlight.values()) controller.abort(new HostlingError('workload-stopped', `workload ${name} was stopped`));
    },
  };
}

function toError({ code, message }: Failure): HostlingError {
  return new HostlingError(code, message);
}
