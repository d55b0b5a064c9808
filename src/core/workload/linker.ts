import type { Artifact } from '../engine/engine.ts';
import type { ComponentInterface } from '../engine/interface.ts';
import type { PrepareStep } from '../engine/library.ts';
import { HostlingError } from '../errors.ts';
import type { Directory } from '../ports/files.ts';
import type { Isolates, Runner } from '../ports/isolate.ts';
import type { Log } from '../ports/log.ts';
import type { Platform } from '../ports/platform.ts';
import { detachedStdio } from '../wasi/stdio.ts';
import { createAssembler, type Prepared, type Unit } from './assembly.ts';
import { createBudget } from './budget.ts';
import { createComponents, isBundle } from './components.ts';
import { type GuestInstance, openInstance } from './guest-instance.ts';
import { createInstances, type PoolOptions } from './instances.ts';
import type { ComponentInput, ResolvedOptions } from './options.ts';
import { createReadyShare } from './ready-share.ts';
import { type ImportReport, reportImports, resolveImports } from './resolve.ts';
import { createIdleRunner, createRunner, type Entrypoints, entrypointsOf } from './runner.ts';

/** Told of a long start's steps. */
export type Progress = (step: 'loading' | PrepareStep | 'linking') => void;

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

/** One component of a workload: what it is, and what it is granted. */
export interface Part {
  readonly input: ComponentInput;
  readonly options: ResolvedOptions;
}

/** Components that are ready for calls. */
export interface Linked {
  /** Of the component that takes the calls. */
  readonly digest: string;
  readonly entrypoints: Entrypoints;
  readonly runner: Runner;
  /** Runs the service; absent when there is none that has something to run. */
  readonly service?: Runner | undefined;
  /** Lets go of the components; their runner has been stopped. */
  release(): void;
}

/** Turns components into runners, in this realm or in an isolate. */
export interface Linker {
  /**
   * Links the components of a workload with one another and with what the host serves. Calls go to the service if it takes any, then to the first of them that
   * does.
   * @param service imports what components export, and is imported by none
   * @throws HostlingError from `not-wasm` to `instantiate-failed`, `option-invalid`, `source-unreachable`
   */
  link(name: string, parts: readonly Part[], progress?: Progress, service?: Part): Promise<Linked>;
  /** The same, and makes one instance of it: its exports are called by who asks for it. */
  open(name: string, parts: readonly Part[], progress?: Progress): Promise<GuestInstance>;
  inspect(input: ComponentInput, options: ResolvedOptions): Promise<Inspection>;
}

/** The longest line of calls that wait for an instance. */
const longestQueue = 1000;

/** One instance for all calls at once, as a service has it. */
const alone: PoolOptions = { poolSize: 1, maxInvocations: 0, maxConcurrency: Number.POSITIVE_INFINITY };

/** Creates the linker of one host: its workloads share components, and the number of instances that may live. */
export function createLinker(platform: Platform, emptyDirectory: () => Directory): Linker {
  const { log, traits, clock } = platform;
  const components = createComponents(platform);
  const { assemble, servicesFor } = createAssembler(platform, components, emptyDirectory);
  const ready = createReadyShare(traits.readyInstances);
  const budget = createBudget(traits.liveInstances, longestQueue, () => ready.giveUpOne());

  /** How the workload's instances are used here: what one request began must not be waited for in another where none may be kept. */
  const poolFor = (options: ResolvedOptions): PoolOptions => {
    if (options.poolSize === 0 || ready.hasPlaces) return options;
    log.write('warn', 'this platform keeps no instances between requests; each call has a fresh one, whatever poolSize says', { workload: options.name });
    return { ...options, poolSize: 0 };
  };

  /** @param warms whether it is found out at once that an instance can be made */
  const runnerOf = async (name: string, { component, bound, options }: Unit, pool: PoolOptions, warms: boolean): Promise<Runner> => {
    const instances = createInstances({ component: bound, budget, ready, clock }, pool);
    if (warms) await instances.warm();
    return createRunner({ name, entrypoints: entrypointsOf(component.interface), instances, clock, log, timeoutMs: options.timeoutMs });
  };

  const linkHere = async (name: string, prepared: readonly Prepared[], hasService: boolean): Promise<Linked> => {
    const { units, release } = await assemble(prepared, hasService);
    try {
      const service = hasService ? await linkService(name, units.at(-1) as Unit) : undefined;
      if (service?.entrypoints.http !== undefined) return { ...service, service: service.entrypoints.run && service.runner, release };
      const others = hasService ? units.slice(0, -1) : units;
      const unit = others[entryOf(others.map(({ component }) => entrypointsOf(component.interface)))];
      if (unit === undefined) return { digest: '', entrypoints: {}, runner: createIdleRunner(name), service: service?.runner, release };
      const { component, options, isKept } = unit;
      const entrypoints = entrypointsOf(component.interface);
      // An instance is only kept with all of its company.
      if (!isKept && options.poolSize > 0)
        log.write('warn', `poolSize of ${options.name} has no effect: not all components that it imports from have one`, { workload: name });
      const runner = await runnerOf(name, unit, poolFor(isKept ? options : { ...options, poolSize: 0 }), entrypoints.http !== undefined);
      return { digest: component.digest, entrypoints, runner, service: service?.runner, release };
    } catch (failure) {
      release();
      throw failure;
    }
  };

  /** One that answers requests does so from the same instance in which it runs. */
  const linkService = async (name: string, unit: Unit): Promise<Omit<Linked, 'release'>> => {
    const { component, options } = unit;
    const entrypoints = entrypointsOf(component.interface);
    const { http, run } = entrypoints;
    const answers = http?.preview === 3;
    if (run === undefined && !answers)
      throw new HostlingError('export-missing', `the service of workload ${name} exports neither wasi:cli/run nor wasi:http/handler@0.3`);
    const runner = await runnerOf(name, unit, answers ? poolFor({ ...options, ...alone }) : { ...options, poolSize: 0 }, true);
    return { digest: component.digest, entrypoints: answers ? entrypoints : run === undefined ? {} : { run }, runner };
  };

  /** Makes one instance for who calls its exports himself. */
  const openHere = async (prepared: readonly Prepared[]): Promise<GuestInstance> => {
    const { units, release } = await assemble(prepared, false);
    try {
      return await openInstance((units[0] as Unit).bound, await budget.take(), release);
    } catch (failure) {
      release();
      throw failure;
    }
  };

  const prepare = async ({ input, options }: Part, progress?: Progress): Promise<Prepared> =>
    isBundle(input) ? { options, bundle: input } : { options, artifact: await components.prepare(input, options, progress) };

  const prepareAll = async (parts: readonly Part[], progress?: Progress): Promise<readonly Prepared[]> => {
    const prepared = await Promise.all(parts.map((part) => prepare(part, progress)));
    progress?.('linking');
    return prepared;
  };

  /** Links a component in an isolate. */
  const linkThere = async (isolates: Isolates, options: ResolvedOptions, artifact: Artifact): Promise<Linked> => {
    // What cannot be linked there is said here, before anything is spawned.
    resolveImports(artifact.interface, servicesFor(options, options.stdio ?? detachedStdio(log, options.name)).any);
    const { name, args, env, allowedHosts, poolSize, maxInvocations, maxConcurrency, limits, timeoutMs } = options;
    const unit = { name, args, env, allowedHosts, poolSize, maxInvocations, maxConcurrency, limits, timeoutMs, directories: memoryOnly(options) };
    const entrypoints = entrypointsOf(artifact.interface);
    return { digest: artifact.digest, entrypoints, runner: await isolates.spawn({ ...unit, artifact }), release: () => {} };
  };

  return {
    async link(name, given, progress, service) {
      const parts = given.map(({ input, options }) => ({ input, options: withoutIdlePool(options, log) }));
      const prepared = await prepareAll(service === undefined ? parts : [...parts, service], progress);
      // A workload of no components is one, too.
      if (platform.isolates === undefined || prepared.every((one) => 'bundle' in one)) return linkHere(name, prepared, service !== undefined);
      const [only] = prepared;
      if (prepared.length > 1 || service !== undefined || only === undefined || 'bundle' in only)
        throw new HostlingError('runtime-unsupported', `workload ${name} has ${prepared.length} components; here each workload is given a Worker for one`);
      return linkThere(platform.isolates, only.options, only.artifact);
    },
    async open(name, parts, progress) {
      const prepared = await prepareAll(parts, progress);
      if (platform.isolates !== undefined && prepared.some((one) => 'artifact' in one))
        throw new HostlingError('runtime-unsupported', `the exports of ${name} are in a Worker of its own; bundle the component to call them from here`);
      return openHere(prepared);
    },
    async inspect(input, options) {
      const about = await components.describe(input);
      const imports = reportImports(about.interface, servicesFor(options, detachedStdio(log, options.name)).any);
      return { digest: about.digest, interface: about.interface, imports, entrypoints: entrypointsOf(about.interface) };
    },
  };
}

/** Which component takes the calls: the first that answers requests, else the first that runs. */
function entryOf(entrypoints: readonly Entrypoints[]): number {
  const http = entrypoints.findIndex((one) => one.http !== undefined);
  if (http >= 0) return http;
  const run = entrypoints.findIndex((one) => one.run !== undefined);
  return run >= 0 ? run : 0;
}

/** Without a pool nothing is retired or shared: whoever asks for it hears so once, also when the workload is linked elsewhere. */
function withoutIdlePool(options: ResolvedOptions, log: Log): ResolvedOptions {
  const { poolSize, maxInvocations, maxConcurrency } = options;
  const idle = [...(maxInvocations > 0 ? ['maxInvocations'] : []), ...(maxConcurrency > 1 ? ['maxConcurrency'] : [])];
  if (poolSize > 0 || idle.length === 0) return options;
  log.write('warn', `${idle.join(' and ')} ${idle.length === 1 ? 'has' : 'have'} no effect without poolSize`, { workload: options.name });
  return { ...options, maxInvocations: 0, maxConcurrency: 1 };
}

/** An isolate makes its own directories: only empty ones in memory can be asked for. */
function memoryOnly({ directories, name }: ResolvedOptions): string[] {
  for (const [path, directory] of Object.entries(directories)) {
    if (directory !== 'memory')
      throw new HostlingError('option-invalid', `workload ${name} runs in an isolate of its own; its directory ${path} can only be 'memory'`);
  }
  return Object.keys(directories);
}
