import { sha256 } from './engine/digest.ts';
import type { Artifact, BundledComponent, Component } from './engine/engine.ts';
import { inspect } from './engine/inspect.ts';
import type { ComponentInterface } from './engine/interface.ts';
import { createLibrary, type PrepareStep } from './engine/library.ts';
import { HostlingError } from './errors.ts';
import { parseAllowedHosts } from './http/egress.ts';
import { failureResponse } from './http/failure.ts';
import type { HttpRequest, HttpResponse } from './http/message.ts';
import { createRouter } from './http/router.ts';
import { requestFromWeb, responseToWeb } from './http/web.ts';
import type { Directory } from './ports/files.ts';
import type { Runner } from './ports/isolate.ts';
import type { Platform } from './ports/platform.ts';
import { type Entrypoints, createRunner, entrypointsOf } from './workload/runner.ts';
import { createBudget } from './workload/budget.ts';
import { createInstances } from './workload/instances.ts';
import { createReadyShare } from './workload/ready-share.ts';
import { type ComponentInput, resolveOptions, type ResolvedOptions, type WorkloadOptions } from './workload/options.ts';
import { type ImportReport, reportImports, resolveImports } from './workload/resolve.ts';
import { createWorkload, type Workload } from './workload/workload.ts';
import { detachedStdio } from './wasi/stdio.ts';
import { blockingVersion, createWasi, suspends } from './wasi/wasi.ts';

/** What a host would make of a component. */
export interface Inspection {
  /** SHA-256 of the component, in hex. */
  readonly digest: string;
  readonly interface: ComponentInterface;
  /** Each import, served or not. */
  readonly imports: readonly ImportReport[];
  /** What the host can call. */
  readonly entrypoints: Entrypoints;
}

/** Told of a long start's steps. */
export type Progress = (step: 'loading' | PrepareStep | 'linking') => void;

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
  run(options: WorkloadOptions & { readonly signal?: AbortSignal }, progress?: Progress): Promise<number>;
  /** The workloads that run, by name. */
  readonly workloads: ReadonlyMap<string, Workload>;
  /** Answers a web request with the workload its `Host` belongs to. A failure is an answer with status 4xx or 5xx. */
  fetch(request: Request): Promise<Response>;
  /** The same with the host's own messages. */
  handle(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** Says what a component imports and exports, and what of it this host serves. Nothing is run. */
  inspect(component: ComponentInput): Promise<Inspection>;
  /** Stops all workloads, see {@link Workload.stop}; the host takes no more. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

/** The longest line of calls that wait for an instance. */
const longestQueue = 1000;

/** Creates a host on a platform. */
export function createHostOn(platform: Platform, emptyDirectory: () => Directory): Host {
  if (!('Suspending' in WebAssembly)) {
    throw new HostlingError('runtime-unsupported', 'this runtime lacks WebAssembly JSPI; it takes Node 24, Chrome 137, Firefox 153 or Safari 27, or newer');
  }
  const { log, engine, traits } = platform;
  const library = createLibrary(engine, suspends, blockingVersion, log, platform.artifacts);
  const router = createRouter<Workload>();
  const workloads = new Map<string, Workload>();
  const starting = new Set<string>();
  const components = new Map<string, { component: Promise<Component>; users: number }>();
  const ready = createReadyShare(traits.readyInstances);
  const budget = createBudget(traits.liveInstances, longestQueue, () => ready.giveUpOne());
  let names = 0;
  let stopped = false;

  const load = async (reference: Exclude<ComponentInput, BundledComponent>): Promise<Uint8Array> => {
    const bytes = typeof reference === 'string' || reference instanceof URL ? await platform.sources.read(reference) : reference;
    const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
    return (await platform.adapt?.(view)) ?? view;
  };

  /** One component for all workloads that have the same bytes; forgotten with the last of them. */
  const share = (digest: string, make: () => Promise<Component>): { component: Promise<Component>; release: () => void } => {
    const entry = components.get(digest) ?? { component: make(), users: 0 };
    components.set(digest, entry);
    entry.users++;
    const release = (): void => {
      if (--entry.users === 0) components.delete(digest);
    };
    entry.component.catch(release);
    return { component: entry.component, release };
  };

  const loadArtifact = (artifact: Artifact): Promise<Component> => {
    if (platform.code === undefined) {
      throw new HostlingError('runtime-unsupported', 'this environment loads no code at run time; bundle the component at build time with `hostling build`, or give the host a Worker Loader');
    }
    return engine.load(artifact, platform.code);
  };

  const wasiFor = (options: ResolvedOptions): ReturnType<typeof createWasi> => {
    const entries = Object.entries(options.directories);
    const wasi = createWasi({
      args: options.args,
      env: options.env,
      stdio: options.stdio ?? detachedStdio(log, options.name),
      clock: platform.clock,
      entropy: platform.entropy,
      preopens: Object.fromEntries(entries.map(([path, directory]) => [path, directory === 'memory' ? emptyDirectory() : directory])),
      httpOut: platform.httpOut,
      egress: parseAllowedHosts(options.allowedHosts),
    });
    return (name) => (Object.hasOwn(options.interfaces, name) ? options.interfaces[name] : wasi(name));
  };

  /** Links a component in this realm, or has it linked in an isolate. */
  const link = async (input: ComponentInput, options: ResolvedOptions, progress?: Progress): Promise<{ digest: string; entrypoints: Entrypoints; runner: Runner; release: () => void }> => {
    const serve = wasiFor(options);
    let shared: ReturnType<typeof share>;
    if (isBundle(input)) shared = share(input.digest, async () => engine.adopt(input));
    else {
      progress?.('loading');
      const artifact = await library.artifact(await load(input), progress);
      progress?.('linking');
      if (platform.isolates !== undefined) {
        resolveImports(artifact.interface, serve);
        const unit = { name: options.name, artifact, args: options.args, env: options.env, allowedHosts: options.allowedHosts, timeoutMs: options.timeoutMs, directories: memoryOnly(options) };
        return { digest: artifact.digest, entrypoints: entrypointsOf(artifact.interface), runner: await platform.isolates.spawn(unit), release: () => {} };
      }
      shared = share(artifact.digest, async () => loadArtifact(artifact));
    }
    const component = await shared.component;
    try {
      const instances = createInstances(component, resolveImports(component.interface, serve), budget, ready);
      const entrypoints = entrypointsOf(component.interface);
      const runner = createRunner({ name: options.name, entrypoints, instances, clock: platform.clock, log, timeoutMs: options.timeoutMs });
      if (entrypoints.http !== undefined) await instances.warm();
      return { digest: component.digest, entrypoints, runner, release: shared.release };
    } catch (failure) {
      shared.release();
      throw failure;
    }
  };

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
        const { digest, runner, release } = await link(given.component, options, progress);
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
      const options = resolveOptions(given, `command-${++names}`);
      const { runner, release } = await link(given.component, options, progress);
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

    async inspect(input) {
      const serve = wasiFor(resolveOptions({ component: input }, 'inspect'));
      const about = isBundle(input) ? input : await describe(await load(input));
      return { digest: about.digest, interface: about.interface, imports: reportImports(about.interface, serve), entrypoints: entrypointsOf(about.interface) };
    },

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

async function describe(bytes: Uint8Array): Promise<{ digest: string; interface: ComponentInterface }> {
  return { digest: await sha256(bytes), interface: inspect(bytes) };
}

function isBundle(input: ComponentInput): input is BundledComponent {
  return typeof input === 'object' && 'modules' in input;
}

/** An isolate makes its own directories: only empty ones in memory can be asked for. */
function memoryOnly({ directories, name }: ResolvedOptions): string[] {
  for (const [path, directory] of Object.entries(directories)) {
    if (directory !== 'memory') throw new HostlingError('option-invalid', `workload ${name} runs in an isolate of its own; its directory ${path} can only be 'memory'`);
  }
  return Object.keys(directories);
}
