import { asHostlingError, HostlingError } from '../errors.ts';
import { Faults } from '../faults.ts';
import type { CodeLoader } from '../ports/code.ts';
import type { Artifact, BundledComponent, Component, Engine, Imports, Instance, InstanceOptions } from './engine.ts';
import type { ComponentInterface } from './interface.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { checkEngine, engineId, type Prepared } from './prepared.ts';
import { findClass, findHost } from './runtime/bind-host.ts';
import { execute } from './runtime/instantiate.ts';
import type { Loaded } from './runtime/loaded.ts';
import { findModule } from './runtime/modules.ts';
import { Signatures } from './runtime/signatures.ts';
import type { NextTurn } from './runtime/store.ts';

/** The engine that runs components without generating code: it reads them into a plan and executes that. */
export function createComponentEngine(nextTurn: NextTurn): Engine {
  return Object.freeze<Engine>({
    id: engineId,
    // What was prepared before runs without the reader, which is almost half of the engine: browsers load it when there is something to read.
    prepare: async (...given) => (await import('./prepare.ts')).prepare(...given),
    limitMemory: async (...given) => (await import('./prepare.ts')).limitMemory(...given),
    async load(artifact: Artifact, code: CodeLoader, limits?: Partial<Limits>) {
      checkEngine(artifact.engine);
      const compiled = Object.entries(artifact.modules).map(async ([name, bytes]) => [name, await compile(name, bytes, code)] as const);
      return createComponent(artifact, JSON.parse(artifact.source) as Prepared, Object.fromEntries(await Promise.all(compiled)), nextTurn, limits);
    },
    adopt(bundle: BundledComponent, limits?: Partial<Limits>) {
      checkEngine(bundle.engine);
      return createComponent(bundle, bundle.code as Prepared, bundle.modules, nextTurn, limits);
    },
  });
}

async function compile(name: string, bytes: Uint8Array, code: CodeLoader): Promise<WebAssembly.Module> {
  try {
    return await code.compile(bytes);
  } catch (failure) {
    throw asHostlingError(failure, 'invalid-component', `the component's core module ${name} is not valid`);
  }
}

function createComponent(
  about: { readonly digest: string; readonly interface: ComponentInterface },
  { plan, blocking, states }: Prepared,
  modules: Readonly<Record<string, WebAssembly.Module>>,
  nextTurn: NextTurn,
  limits: Partial<Limits> = {},
): Component {
  const moduleAt = (name: string): WebAssembly.Module => modules[name] ?? lacks(name);
  const { t: trap } = new WebAssembly.Instance(moduleAt('trap.wasm')).exports;
  const loaded: Loaded = {
    plan,
    limits: { ...defaultLimits, ...limits },
    signatures: new Signatures(plan),
    blocking,
    blockingAt: new Map(blocking.trampolines.map(({ index }, position) => [index, position])),
    blockingModule: modules['blocking.wasm'],
    entryModule: 'promising' in WebAssembly ? modules['entry.wasm'] : undefined,
    trap: trap as () => void,
    findHost: plan.imports.map(findHost),
    findClass: plan.resources.map((def) => (def.kind === 'import' ? findClass(def) : undefined)),
    linked: new Set(plan.steps.flatMap((step) => (step.kind === 'link' ? [step.key] : []))),
    findModule: plan.modules.map((def) => (def.kind === 'import' ? findModule(def) : undefined)),
    module: (index) => moduleAt(`core${index}.wasm`),
    tablesChange: states.some(({ changesTables }) => changesTables),
    state: (index) => states[index] ?? lacks(`core${index}.wasm`),
  };
  const instantiate = async (imports: Imports, options: InstanceOptions = {}): Promise<Instance> => {
    const faults = new Faults();
    const execution = await execute(loaded, imports, options, nextTurn, (reason) => faults.fail(reason));
    return {
      exports: execution.exports,
      onFault: (listener) => faults.listen(listener),
      restore: (next) => execution.restore(next),
      idle: () => execution.store.whenIdle(),
      dispose: (reason) => execution.store.dispose(reason ?? new HostlingError('workload-stopped', 'the instance was let go')),
    };
  };
  return Object.freeze({ digest: about.digest, interface: about.interface, instantiate });
}

function lacks(name: string): never {
  throw new HostlingError('instantiate-failed', `the prepared component lacks its core module ${name}`);
}
