import { sha256 } from '../engine/digest.ts';
import type { Artifact, BundledComponent, Component } from '../engine/engine.ts';
import type { ComponentInterface } from '../engine/interface.ts';
import { createLibrary, type PrepareStep } from '../engine/library.ts';
import { cannotKeep, memoryLimitBytes } from '../engine/memory-limit.ts';
import { HostlingError } from '../errors.ts';
import type { Platform } from '../ports/platform.ts';
import { blockingVersion, suspends } from '../wasi/wasi.ts';
import type { ComponentInput, ResolvedOptions } from './options.ts';

/** A component that some workload uses. */
export interface Shared {
  readonly component: Promise<Component>;
  /** The workload uses it no more; the second call does nothing. */
  release(): void;
}

/** The components of one host: workloads share those that have the same bytes and limits, and they are forgotten with the last of them. */
export interface Components {
  /**
   * Finds and prepares a component, with what the workload may use of memory.
   * @throws HostlingError from `not-wasm` to `prepare-failed`, `instantiate-failed`, `option-invalid`, `source-unreachable`
   */
  prepare(input: Exclude<ComponentInput, BundledComponent>, options: ResolvedOptions, progress?: (step: 'loading' | PrepareStep) => void): Promise<Artifact>;
  /** Loads what was prepared. */
  load(artifact: Artifact, options: ResolvedOptions): Shared;
  /** Takes what came with the program. */
  adopt(bundle: BundledComponent, options: ResolvedOptions): Shared;
  /** Says what a component imports and exports, and its digest. */
  describe(input: ComponentInput): Promise<{ readonly digest: string; readonly interface: ComponentInterface }>;
}

export function createComponents(platform: Platform): Components {
  const { engine, log, code, adapt } = platform;
  const library = createLibrary({ engine, suspends, suspendsVersion: blockingVersion, log, store: platform.artifacts, adapt });
  const known = new Map<string, { component: Promise<Component>; users: number }>();

  const read = async (reference: Exclude<ComponentInput, BundledComponent>): Promise<Uint8Array> => {
    const bytes = typeof reference === 'string' || reference instanceof URL ? await platform.sources.read(reference) : reference;
    return bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
  };

  const share = (digest: string, { memoryLimitMb, limits }: ResolvedOptions, make: () => Promise<Component>): Shared => {
    const key = JSON.stringify([digest, memoryLimitMb, limits]);
    const entry = known.get(key) ?? { component: make(), users: 0 };
    known.set(key, entry);
    entry.users++;
    let used = true;
    const release = (): void => {
      if (!used) return;
      used = false;
      if (--entry.users === 0 && known.get(key) === entry) known.delete(key);
    };
    entry.component.catch(release);
    return { component: entry.component, release };
  };

  /** Limits are the engine's to keep: said before anything is read. */
  const checkLimits = ({ name, limits, memoryLimitMb }: ResolvedOptions): void => {
    if (engine.limitMemory !== undefined) return;
    if (memoryLimitMb !== undefined) throw cannotKeep(`the memoryLimitMb of workload ${name}`, engine.id);
    if (Object.keys(limits).length > 0) throw cannotKeep(`the limits of workload ${name}`, engine.id);
  };

  const withLimit = async (artifact: Artifact, { memoryLimitMb }: ResolvedOptions): Promise<Artifact> => {
    const bytes = memoryLimitBytes(memoryLimitMb);
    return bytes === undefined || engine.limitMemory === undefined ? artifact : engine.limitMemory(artifact, bytes);
  };

  const loadHere = async (artifact: Artifact, { limits }: ResolvedOptions): Promise<Component> => {
    if (code === undefined) {
      throw new HostlingError(
        'runtime-unsupported',
        'this environment loads no code at run time; bundle the component at build time with `hostling build`, or give the host a Worker Loader',
      );
    }
    return engine.load(artifact, code, limits);
  };

  return {
    async prepare(input, options, progress) {
      checkLimits(options);
      progress?.('loading');
      return withLimit(await library.artifact(await read(input), progress), options);
    },
    load: (artifact, options) => share(artifact.digest, options, () => loadHere(artifact, options)),
    adopt(bundle, options) {
      if (options.memoryLimitMb !== undefined) {
        throw new HostlingError(
          'option-invalid',
          `workload ${options.name} has a memoryLimitMb, but its modules were compiled at build time; give the limit to hostling build`,
        );
      }
      return share(bundle.digest, options, async () => engine.adopt(bundle, options.limits));
    },
    async describe(input) {
      if (isBundle(input)) return input;
      const bytes = await read(input);
      const { inspect } = await import('../engine/inspect.ts');
      return { digest: await sha256(bytes), interface: inspect((await adapt?.(bytes)) ?? bytes) };
    },
  };
}

/** Whether a component came with the program. */
export function isBundle(input: ComponentInput): input is BundledComponent {
  return typeof input === 'object' && 'modules' in input;
}
