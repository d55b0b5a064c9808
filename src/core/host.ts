import { HostlingError } from './errors.ts';
import { failureResponse } from './http/failure.ts';
import type { HttpRequest, HttpResponse } from './http/message.ts';
import { createRouter } from './http/router.ts';
import { requestFromWeb, responseToWeb } from './http/web.ts';
import type { CallSignal } from './ports/call-signal.ts';
import type { Directory } from './ports/files.ts';
import type { Platform } from './ports/platform.ts';
import { createLinker, type Inspection, type Progress } from './workload/linker.ts';
import { type ComponentInput, resolveOptions, type WorkloadOptions } from './workload/options.ts';
import { createWorkload, type Workload } from './workload/workload.ts';

/** Runs workloads. Made by `createHost` of a platform's entry. */
export interface Host {
  /** `node`, `browser`, `workers` or `memory`. */
  readonly platform: string;
  /**
   * Prepares and links a component and takes calls for it.
   * @throws HostlingError with every code from `not-wasm` to `instantiate-failed`, `workload-exists`, `option-invalid`, `source-unreachable`
   */
  start(options: WorkloadOptions, progress?: Progress): Promise<Workload>;
  /**
   * Runs a command to its end: an exit code of 0 to 255.
   * @throws HostlingError like {@link Host.start}, and `guest-trap`, `cancelled`, `export-missing`
   */
  run(options: WorkloadOptions & { readonly signal?: CallSignal }, progress?: Progress): Promise<number>;
  /** The workloads that run, by name. */
  readonly workloads: ReadonlyMap<string, Workload>;
  /** Answers a web request with the workload its `Host` belongs to. A failure is an answer with status 4xx or 5xx. */
  fetch(request: Request): Promise<Response>;
  /** The same with the host's own messages. */
  handle(request: HttpRequest, signal: CallSignal): Promise<HttpResponse>;
  /** Says what a component imports and exports, and what of it this host serves. Nothing is run. */
  inspect(component: ComponentInput): Promise<Inspection>;
  /** Stops all workloads, see {@link Workload.stop}; the host takes no more. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

/** Creates a host on a platform. */
export function createHostOn(platform: Platform, emptyDirectory: () => Directory): Host {
  const { log } = platform;
  const linker = createLinker(platform, emptyDirectory);
  const router = createRouter<Workload>();
  const workloads = new Map<string, Workload>();
  const starting = new Set<string>();
  let names = 0;
  let stopped = false;

  const host: Host = {
    platform: platform.name,
    workloads,

    async start(given, progress) {
      checkRunning();
      const options = resolveOptions(given, `workload-${++names}`);
      const { name } = options;
      if (workloads.has(name) || starting.has(name)) throw new HostlingError('workload-exists', `a workload named ${name} exists already`);
      starting.add(name);
      try {
        const { digest, runner, release } = await linker.link(name, [{ input: given.component, options }], progress);
        let unroute = (): void => {};
        const onStopped = (): void => {
          unroute();
          workloads.delete(name);
          release();
        };
        const workload = createWorkload({ name, digest, hosts: options.hosts, runner, log, onStopped });
        try {
          checkRunning();
          unroute = router.add(options.hosts, name, workload);
        } catch (failure) {
          await workload.stop({ graceMs: 0 });
          throw failure;
        }
        workloads.set(name, workload);
        return workload;
      } finally {
        starting.delete(name);
      }
    },

    async run(given, progress) {
      checkRunning();
      const options = resolveOptions(given, `command-${++names}`, 'run');
      const { runner, release } = await linker.link(options.name, [{ input: given.component, options }], progress);
      try {
        return await runner.run(given.signal ?? new AbortController().signal);
      } finally {
        await runner.stop(0);
        release();
      }
    },

    async fetch(request) {
      return responseToWeb(await host.handle(requestFromWeb(request), request.signal));
    },

    async handle(request, signal) {
      if (stopped) return failureResponse(new HostlingError('host-stopped', 'the host was stopped'));
      const workload = router.find(request.authority);
      if (workload === undefined) return failureResponse(new HostlingError('workload-not-found', `no workload answers for host ${request.authority}`));
      return workload.handle(request, signal);
    },

    inspect: async (input) => linker.inspect(input, resolveOptions({ component: input }, 'inspect')),

    async stop(options) {
      if (stopped) return;
      stopped = true;
      await Promise.all([...workloads.values()].map((workload) => workload.stop(options)));
      await platform.close?.();
    },
  };
  return Object.freeze(host);

  function checkRunning(): void {
    if (stopped) throw new HostlingError('host-stopped', 'the host was stopped');
  }
}
