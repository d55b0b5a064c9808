import { sha256 } from '../engine/digest.ts';
import type { Artifact, BundledComponent, Component } from '../engine/engine.ts';
import type { ComponentInterface } from '../engine/interface.ts';
import { createLibrary, type PrepareStep } from '../engine/library.ts';
import { HostlingError } from '../errors.ts';
import { parseAllowedHosts } from '../http/egress.ts';
import type { Directory } from '../ports/files.ts';
import type { Runner } from '../ports/isolate.ts';
import type { Platform } from '../ports/platform.ts';
import { detachedStdio, type Stdio } from '../wasi/stdio.ts';
import { blockingVersion, createWasi, suspends } from '../wasi/wasi.ts';
import { createBudget } from './budget.ts';
import { createInstances, type PoolOptions } from './instances.ts';
import type { ComponentInput, ResolvedOptions } from './options.ts';
import { createReadyShare } from './ready-share.ts';
import { type ImportReport, reportImports, resolveImports, type Serve } from './resolve.ts';
import { createRunner, type Entrypoints, entrypointsOf } from './runner.ts';

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

/** A component that is ready for calls. */
export interface Linked {
  readonly digest: string;
  readonly runner: Runner;
  /** Lets go of the component; its runner has been stopped. */
  release(): void;
}

/** Turns components into runners, in this realm or in an isolate. */
export interface Linker {
  /** @throws HostlingError from `not-wasm` to `instantiate-failed`, `option-invalid`, `source-unreachable` */
  link(input: ComponentInput, options: ResolvedOptions, progress?: Progress): Promise<Linked>;
  inspect(input: ComponentInput, options: ResolvedOptions): Promise<Inspection>;
}

const bytesInMb = 2 ** 20;

/** The longest line of calls that wait for an instance. */
const longestQueue = 1000;

/** Creates the linker of one host: its workloads share components, and the number of instances that may live. */
export function createLinker(platform: Platform, emptyDirectory: () => Directory): Linker {
  const { log, engine, traits } = platform;
  const library = createLibrary({ engine, suspends, suspendsVersion: blockingVersion, log, store: platform.artifacts, adapt: platform.adapt });
  const components = new Map<string, { component: Promise<Component>; users: number }>();
  const ready = createReadyShare(traits.readyInstances);
  const budget = createBudget(traits.liveInstances, longestQueue, () => ready.giveUpOne());

  const load = async (reference: Exclude<ComponentInput, BundledComponent>): Promise<Uint8Array> => {
    const bytes = typeof reference === 'string' || reference instanceof URL ? await platform.sources.read(reference) : reference;
    return bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
  };

  /** One component for all workloads that have the same bytes and limits; forgotten with the last of them. */
  const share = (
    digest: string,
    { memoryLimitMb, limits }: ResolvedOptions,
    make: () => Promise<Component>,
  ): { component: Promise<Component>; release: () => void } => {
    const key = JSON.stringify([digest, memoryLimitMb, limits]);
    const entry = components.get(key) ?? { component: make(), users: 0 };
    components.set(key, entry);
    entry.users++;
    const release = (): void => {
      if (--entry.users === 0) components.delete(key);
    };
    entry.component.catch(release);
    return { component: entry.component, release };
  };

  /** The component with what the workload may use of memory. */
  const withLimit = async (artifact: Artifact, { memoryLimitMb, name }: ResolvedOptions): Promise<Artifact> => {
    if (memoryLimitMb === undefined) return artifact;
    if (engine.limitMemory === undefined)
      throw new HostlingError('option-invalid', `workload ${name} has a memoryLimitMb, which the engine ${engine.id} cannot keep`);
    return engine.limitMemory(artifact, memoryLimitMb * bytesInMb);
  };

  /** Limits are the engine's to keep. */
  const checkLimits = ({ name, limits }: ResolvedOptions): void => {
    if (engine.limitMemory !== undefined || Object.keys(limits).length === 0) return;
    throw new HostlingError('option-invalid', `workload ${name} has limits, which the engine ${engine.id} cannot keep`);
  };

  /** How the workload's instances are used here: what one request began must not be waited for in another where none may be kept. */
  const poolFor = (options: ResolvedOptions): PoolOptions => {
    if (options.poolSize === 0 || ready.hasPlaces) return options;
    log.write('warn', 'this platform keeps no instances between requests; each call has a fresh one, whatever poolSize says', { workload: options.name });
    return { ...options, poolSize: 0 };
  };

  const loadArtifact = async (artifact: Artifact, { limits }: ResolvedOptions): Promise<Component> => {
    if (platform.code === undefined) {
      throw new HostlingError(
        'runtime-unsupported',
        'this environment loads no code at run time; bundle the component at build time with `hostling build`, or give the host a Worker Loader',
      );
    }
    return engine.load(artifact, platform.code, limits);
  };

  /** What serves the imports of one workload: its own interfaces, then WASI. */
  const serveFor = (options: ResolvedOptions, stdio: Stdio): Serve => {
    const directories = Object.entries(options.directories);
    const wasi = createWasi({
      args: options.args,
      env: options.env,
      stdio,
      clock: platform.clock,
      entropy: platform.entropy,
      preopens: Object.fromEntries(directories.map(([path, directory]) => [path, directory === 'memory' ? emptyDirectory() : directory])),
      httpOut: platform.httpOut,
      egress: parseAllowedHosts(options.allowedHosts),
    });
    return (name) => (Object.hasOwn(options.interfaces, name) ? options.interfaces[name] : wasi(name));
  };

  /** Links a component in this realm. */
  const linkHere = async ({ component: pending, release }: ReturnType<typeof share>, options: ResolvedOptions, serve: Serve, stdio: Stdio): Promise<Linked> => {
    const component = await pending;
    try {
      const instanceOptions = { name: options.name, outputWaits: stdio.stdout.immediate !== true || stdio.stderr.immediate !== true };
      const shared = { component, instanceOptions, importsFor: resolveImports(component.interface, serve), budget, ready, clock: platform.clock };
      const instances = createInstances(shared, poolFor(options));
      const entrypoints = entrypointsOf(component.interface);
      const runner = createRunner({ name: options.name, entrypoints, instances, clock: platform.clock, log, timeoutMs: options.timeoutMs });
      if (entrypoints.http !== undefined) await instances.warm();
      const letGo = (): void => {
        release();
        if (options.stdio === undefined) {
          void stdio.stdout.close?.();
          void stdio.stderr.close?.();
        }
      };
      return { digest: component.digest, runner, release: letGo };
    } catch (failure) {
      release();
      throw failure;
    }
  };

  return {
    async link(input, options, progress) {
      checkLimits(options);
      const stdio = options.stdio ?? detachedStdio(log, options.name);
      const serve = serveFor(options, stdio);
      if (isBundle(input)) {
        if (options.memoryLimitMb !== undefined) {
          throw new HostlingError(
            'option-invalid',
            `workload ${options.name} has a memoryLimitMb, but its modules were compiled at build time; give the limit to hostling build`,
          );
        }
        return linkHere(
          share(input.digest, options, async () => engine.adopt(input, options.limits)),
          options,
          serve,
          stdio,
        );
      }
      progress?.('loading');
      const artifact = await withLimit(await library.artifact(await load(input), progress), options);
      progress?.('linking');
      if (platform.isolates === undefined)
        return linkHere(
          share(artifact.digest, options, () => loadArtifact(artifact, options)),
          options,
          serve,
          stdio,
        );
      // What cannot be linked there is said here, before anything is spawned.
      resolveImports(artifact.interface, serve);
      const { name, args, env, allowedHosts, poolSize, maxInvocations, maxConcurrency, limits, timeoutMs } = options;
      const unit = { name, args, env, allowedHosts, poolSize, maxInvocations, maxConcurrency, limits, timeoutMs, directories: memoryOnly(options) };
      const runner = await platform.isolates.spawn({ ...unit, artifact });
      return { digest: artifact.digest, runner, release: () => {} };
    },
    async inspect(input, options) {
      const about = isBundle(input) ? input : await describe(await load(input), platform);
      const imports = reportImports(about.interface, serveFor(options, detachedStdio(log, options.name)));
      return { digest: about.digest, interface: about.interface, imports, entrypoints: entrypointsOf(about.interface) };
    },
  };
}

async function describe(bytes: Uint8Array, { adapt }: Platform): Promise<{ digest: string; interface: ComponentInterface }> {
  const { inspect } = await import('../engine/inspect.ts');
  return { digest: await sha256(bytes), interface: inspect((await adapt?.(bytes)) ?? bytes) };
}

function isBundle(input: ComponentInput): input is BundledComponent {
  return typeof input === 'object' && 'modules' in input;
}

/** An isolate makes its own directories: only empty ones in memory can be asked for. */
function memoryOnly({ directories, name }: ResolvedOptions): string[] {
  for (const [path, directory] of Object.entries(directories)) {
    if (directory !== 'memory')
      throw new HostlingError('option-invalid', `workload ${name} runs in an isolate of its own; its directory ${path} can only be 'memory'`);
  }
  return Object.keys(directories);
}
