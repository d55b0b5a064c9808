/** Components that come at run time, each in a dynamic Worker of its own. */
import { bundleFiles } from '../../core/engine/bundle.ts';
import type { ByteSource } from '../../core/engine/streams.ts';
import { asHostlingError, HostlingError } from '../../core/errors.ts';
import type { Failure, HttpResponse } from '../../core/http/message.ts';
import { type SourceEnd, watchSource } from '../../core/http/source.ts';
import { requestToWeb, responseFromWeb } from '../../core/http/web.ts';
import type { Isolates, IsolateUnit, Runner } from '../../core/ports/isolate.ts';
import { failureHeader, type RunOutcome } from './isolate-protocol.ts';
import isolateSource from './isolate-source.js';
import type { ComponentLoader } from './platform.ts';

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
 * Lets a host run components it was not built with: each workload runs in a dynamic Worker of the binding.
 *
 * ```ts
 * const host = await createHost({ loader: workerLoader(env.LOADER) });
 * ```
 */
export function workerLoader(binding: WorkerLoaderBinding): ComponentLoader {
  return { engine: 'hostling', isolates: createIsolates(binding) };
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
  const calls = new Set<LoadedCall>();

  const check = (): void => {
    if (stopped) throw new HostlingError('workload-stopped', `workload ${name} was stopped`);
  };

  return {
    async handle(request, signal, onLateFailure) {
      check();
      const call = new LoadedCall();
      calls.add(call);
      void call.ended.then(() => calls.delete(call));
      const abort = (): void => call.breakOff(signal.reason);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
      void call.ended.then(() => signal.removeEventListener('abort', abort));
      try {
        const response = await Promise.race([call.broken, entrypoint().fetch(requestToWeb(request, call.signal))]);
        const failure = response.headers.get(failureHeader);
        if (failure !== null) throw toError(JSON.parse(decodeURIComponent(failure)) as Failure);
        return call.answer(responseFromWeb(response), onLateFailure);
      } catch (failure) {
        call.end();
        // Whoever sends the body does not hear from the isolate that it will not be read.
        request.body?.cancel(failure);
        throw failure;
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
      await Promise.race([Promise.all([...calls].map((call) => call.ended)), over]);
      clearTimeout(timer);
      for (const call of calls) call.breakOff(new HostlingError('workload-stopped', `workload ${name} was stopped`));
    },
  };
}

/** One call in an isolate, from the request to the end of the response's body. */
class LoadedCall {
  readonly #controller = new AbortController();
  readonly #broken = Promise.withResolvers<never>();
  readonly #ended = Promise.withResolvers<void>();
  #body: ByteSource | undefined;

  constructor() {
    this.#broken.promise.catch(() => undefined);
  }

  /** Aborts when the call is broken off. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  /** Rejects when the call is broken off. */
  get broken(): Promise<never> {
    return this.#broken.promise;
  }
  /** Resolves when nothing more will come of the call, either way. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  end(): void {
    this.#ended.resolve();
  }

  /** Ends the call at once: whoever waits for its answer, or reads it, is told why. */
  breakOff(reason: unknown): void {
    const failure = asHostlingError(reason, 'cancelled', 'the caller went away');
    this.#broken.reject(failure);
    this.#controller.abort(failure);
    this.#body?.cancel(failure);
    this.end();
  }

  /** The response, whose body ends the call with its own end. */
  answer(response: HttpResponse, onFailure: (failure: unknown) => void): HttpResponse {
    if (response.body === undefined) {
      this.end();
      return response;
    }
    const source = response.body;
    this.#body = source;
    const breakable: ByteSource = {
      read: (max) => Promise.race([this.broken, source.read(max)]),
      cancel: (reason) => source.cancel(reason),
    };
    const onEnd = (end: SourceEnd): void => {
      if (end.how === 'failed') onFailure(end.failure);
      this.end();
    };
    return { ...response, body: watchSource(breakable, onEnd) };
  }
}

function toError({ code, message }: Failure): HostlingError {
  return new HostlingError(code, message);
}
