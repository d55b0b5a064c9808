import { HostlingError } from './errors.ts';
import { failureResponse } from './http/failure.ts';
import type { HttpRequest, HttpResponse } from './http/message.ts';
import { createRouter } from './http/router.ts';
import { requestFromWeb, responseToWeb } from './http/web.ts';
import type { CallSignal } from './ports/call-signal.ts';
import type { Directory } from './ports/files.ts';
import type { Platform } from './ports/platform.ts';
import type { DeployOptions } from './workload/deploy.ts';
import type { GuestInstance } from './workload/guest-instance.ts';
import { createLinker, type Inspection, type Linked, type Progress } from './workload/linker.ts';
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
  /**
   * Makes one instance of a component for a program that calls its exports itself, with WASI and what else is granted. Instances end with the host.
   * @throws HostlingError like {@link Host.start}
   */
  instantiate(options: WorkloadOptions, progress?: Progress): Promise<GuestInstance>;
  /**
   * Runs the workload of a manifest (wasmCloud's `Workload` or `WorkloadDeployment`), under its own name: its components are linked with one another.
   * @param manifest an object, see `readManifest`, or what `parseManifest` has read
   * @throws HostlingError `manifest-invalid`, and like {@link Host.start}
   */
  deploy(manifest: unknown, options?: DeployOptions, progress?: Progress): Promise<Workload>;
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
  const opened = new Set<GuestInstance>();
  let names = 0;
  let stopped = false;

  const host: Host = {
    platform: platform.name,
    workloads,

    async start(given, progress) {
      checkRunning();
      const options = resolveOptions(given, `workload-${++names}`);
      return launch(options.name, async () => ({
        ...(await linker.link(options.name, [{ input: given.component, options }], progress)),
        hosts: options.hosts,
      }));
    },

    async deploy(manifest, options = {}, progress) {
      checkRunning();
      // Who starts components one by one needs nothing of this.
      const { deploymentOf, workloadOf } = await import('./workload/deploy.ts');
      const spec = workloadOf(manifest);
      const { name } = spec;
      return launch(name, async () => {
        const { parts, service, takesRequests, hosts, release } = deploymentOf(spec, options, { emptyDirectory, openDirectory: platform.openDirectory });
        try {
          const linked = await linker.link(name, parts, progress, service?.part);
          if (takesRequests && linked.entrypoints.http === undefined) {
            await Promise.all([linked.runner.stop(0), linked.service?.stop(0)]);
            linked.release();
            throw new HostlingError(
              'export-missing',
              `workload ${name} wants requests, and none of its components exports wasi:http/handler@0.3 or wasi:http/incoming-handler@0.2`,
            );
          }
          const letGo = (): void => {
            linked.release();
            release();
          };
          return { ...linked, hosts, maxRestarts: service?.maxRestarts ?? 0, release: letGo };
        } catch (failure) {
          release();
          throw failure;
        }
      });
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

    async instantiate(given, progress) {
      checkRunning();
      const options = resolveOptions(given, `instance-${++names}`);
      const instance = await linker.open(options.name, [{ input: given.component, options }], progress);
      if (stopped) {
        instance.dispose();
        checkRunning();
      }
      opened.add(instance);
      instance.onFault(() => opened.delete(instance));
      return instance;
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
      for (const instance of opened) instance.dispose(new HostlingError('host-stopped', 'the host was stopped'));
      await Promise.all([...workloads.values()].map((workload) => workload.stop(options)));
      await platform.close?.();
    },
  };
  return Object.freeze(host);

  /** Links a workload, and routes requests to it until it is stopped. */
  async function launch(name: string, link: () => Promise<Linked & { readonly hosts: readonly string[]; readonly maxRestarts?: number }>): Promise<Workload> {
    if (workloads.has(name) || starting.has(name)) throw new HostlingError('workload-exists', `a workload named ${name} exists already`);
    starting.add(name);
    try {
      const { digest, runner, hosts, release, service: ran, maxRestarts = 0 } = await link();
      const service = ran && { runner: ran, maxRestarts };
      let unroute = (): void => {};
      const onStopped = (): void => {
        unroute();
        workloads.delete(name);
        release();
      };
      const workload = createWorkload({ name, digest, hosts, runner, service, clock: platform.clock, log, onStopped });
      try {
        checkRunning();
        unroute = router.add(hosts, name, workload);
      } catch (failure) {
        await workload.stop({ graceMs: 0 });
        throw failure;
      }
      workloads.set(name, workload);
      return workload;
    } finally {
      starting.delete(name);
    }
  }

  function checkRunning(): void {
    if (stopped) throw new HostlingError('host-stopped', 'the host was stopped');
  }
}
