import type { Artifact, BundledComponent, Component } from '../engine/engine.ts';
import type { ComponentInterface } from '../engine/interface.ts';
import type { PrepareStep } from '../engine/library.ts';
import { HostlingError } from '../errors.ts';
import { parseAllowedHosts } from '../http/egress.ts';
import type { Directory } from '../ports/files.ts';
import type { Isolates, Runner } from '../ports/isolate.ts';
import type { Log } from '../ports/log.ts';
import type { Platform } from '../ports/platform.ts';
import { detachedStdio, type Stdio } from '../wasi/stdio.ts';
import { createWasi } from '../wasi/wasi.ts';
import { bind, type BoundComponent, companyOf, type Member } from './bound.ts';
import { createBudget } from './budget.ts';
import { createComponents, isBundle, type Shared } from './components.ts';
import { type GuestInstance, openInstance } from './guest-instance.ts';
import { createInstances, type PoolOptions } from './instances.ts';
import type { ComponentInput, ResolvedOptions } from './options.ts';
import { createReadyShare } from './ready-share.ts';
import { type ImportReport, reportImports, resolveImports, type Serve } from './resolve.ts';
import { createIdleRunner, createRunner, type Entrypoints, entrypointsOf } from './runner.ts';
import { findSiblings } from './siblings.ts';

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

/** Who serves the imports of one component. */
interface Services {
  /** WASI, but for what the workload has of its own in its place. */
  readonly wasi: Serve;
  /** All that is served: what siblings do not. */
  readonly any: Serve;
}

/** A part that can be loaded. */
type Prepared = { readonly options: ResolvedOptions } & ({ readonly artifact: Artifact } | { readonly bundle: BundledComponent });

/** A component of a workload that is linked. */
interface Unit {
  readonly component: Component;
  readonly bound: BoundComponent;
  readonly options: ResolvedOptions;
  /** Whether instances of it, and of all that live with them, may be kept from call to call. */
  readonly isKept: boolean;
}

/** All components of a workload, linked with one another; the service is the last. */
interface Assembly {
  readonly units: readonly Unit[];
  release(): void;
}

/** One instance for all calls at once, as a service has it. */
const alone: PoolOptions = { poolSize: 1, maxInvocations: 0, maxConcurrency: Number.POSITIVE_INFINITY };

/** Creates the linker of one host: its workloads share components, and the number of instances that may live. */
export function createLinker(platform: Platform, emptyDirectory: () => Directory): Linker {
  const { log, traits, clock } = platform;
  const components = createComponents(platform);
  const ready = createReadyShare(traits.readyInstances);
  const budget = createBudget(traits.liveInstances, longestQueue, () => ready.giveUpOne());

  /** How the workload's instances are used here: what one request began must not be waited for in another where none may be kept. */
  const poolFor = (options: ResolvedOptions): PoolOptions => {
    if (options.poolSize === 0 || ready.hasPlaces) return options;
    log.write('warn', 'this platform keeps no instances between requests; each call has a fresh one, whatever poolSize says', { workload: options.name });
    return { ...options, poolSize: 0 };
  };

  const servicesFor = (options: ResolvedOptions, stdio: Stdio): Services => {
    const directories = Object.entries(options.directories);
    const wasi = createWasi({
      args: options.args,
      env: options.env,
      stdio,
      clock,
      entropy: platform.entropy,
      preopens: Object.fromEntries(directories.map(([path, directory]) => [path, directory === 'memory' ? emptyDirectory() : directory])),
      httpOut: platform.httpOut,
      egress: parseAllowedHosts(options.allowedHosts),
    });
    return { wasi, any: (name) => (Object.hasOwn(options.interfaces, name) ? options.interfaces[name] : wasi(name)) };
  };

  /** A component that is being linked, and all that was made for it. */
  interface Making {
    readonly options: ResolvedOptions;
    readonly stdio: Stdio;
    readonly services: Services;
    readonly shared: Shared;
  }

  const letGo = ({ options, stdio, shared }: Making): void => {
    shared.release();
    if (options.stdio === undefined) {
      void stdio.stdout.close?.();
      void stdio.stderr.close?.();
    }
  };

  /** Links components in this realm. */
  const assemble = async (prepared: readonly Prepared[], hasService: boolean): Promise<Assembly> => {
    const makings: Making[] = [];
    const release = (): void => makings.forEach(letGo);
    try {
      for (const one of prepared) makings.push(make(one));
      const loaded = await Promise.all(makings.map(({ shared }) => shared.component));
      const members = membersOf(makings, loaded, hasService);
      const units = members.map((member, index): Unit => {
        const company = companyOf(member);
        const isKept = makings.every((one, at) => one.options.poolSize > 0 || !company.includes(members[at] as Member));
        return { component: member.component, bound: bind(member), options: (makings[index] as Making).options, isKept };
      });
      return { units, release };
    } catch (failure) {
      release();
      throw failure;
    }
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

  /** What serves each component's imports: WASI, then the others, then the workload's own interfaces. */
  const membersOf = (makings: readonly Making[], loaded: readonly Component[], hasService: boolean): readonly Member[] => {
    const named = loaded.map(({ interface: { imports, exports } }, index) => {
      const offered = hasService && index === loaded.length - 1 ? [] : exports;
      return { name: makings[index]?.options.name ?? '', interface: { imports, exports: offered } };
    });
    const links = findSiblings(named, (imported) => makings.some(({ services }) => services.wasi(imported) !== undefined));
    const siblings = loaded.map(() => new Map<string, Member>());
    const members = loaded.map((component, index): Member => {
      const { options, stdio, services } = makings[index] as Making;
      const { imports, exports } = component.interface;
      const rest = imports.filter((item) => links[index]?.has(item.name) !== true);
      return {
        component,
        instanceOptions: { name: options.name, outputWaits: stdio.stdout.immediate !== true || stdio.stderr.immediate !== true },
        importsFor: resolveImports({ imports: rest, exports }, services.any, loaded.length > 1 ? `component ${options.name}` : undefined),
        siblings: siblings[index] as Map<string, Member>,
      };
    });
    links.forEach((found, index) => {
      for (const [imported, from] of found) siblings[index]?.set(imported, members[from] as Member);
    });
    return members;
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

  const make = (prepared: Prepared): Making => {
    const { options } = prepared;
    const stdio = options.stdio ?? detachedStdio(log, options.name);
    const services = servicesFor(options, stdio);
    const shared = 'artifact' in prepared ? components.load(prepared.artifact, options) : components.adopt(prepared.bundle, options);
    return { options, stdio, services, shared };
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
