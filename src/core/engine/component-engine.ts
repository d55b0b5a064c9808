import { asHostlingError, HostlingError } from '../errors.ts';
import { Faults } from '../faults.ts';
import type { CodeLoader } from '../ports/code.ts';
import type { Artifact, BundledComponent, Component, Engine, Imports, Instance, InstanceOptions, Suspends } from './engine.ts';
import { capMemories, memoryNeed } from './core/cap.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { type ExposedState, exposeModule } from './core/expose.ts';
import type { ComponentInterface } from './interface.ts';
import { compilePlan } from './plan/compile.ts';
import type { Plan } from './plan/plan.ts';
import { blockingModule, entryModule, trapModule } from './runtime/adapters.ts';
import { findClass, findHost } from './runtime/bind-host.ts';
import { type Blocking, findBlocking } from './runtime/blocking.ts';
import { execute } from './runtime/instantiate.ts';
import type { Loaded } from './runtime/loaded.ts';
import { findModule } from './runtime/modules.ts';
import { Signatures } from './runtime/signatures.ts';
import type { NextTurn } from './runtime/store.ts';

/** Changes whenever artifacts made before can no longer be loaded. */
const engineId = 'hostling-4';

/** What the artifact of this engine carries as its source. */
interface Prepared {
  readonly plan: Plan;
  readonly blocking: Blocking;
  readonly states: readonly ExposedState[];
}

/** The engine that runs components without generating code: it reads them into a plan and executes that. */
export function createComponentEngine(nextTurn: NextTurn): Engine {
  return Object.freeze({
    id: engineId,
    prepare: async (bytes: Uint8Array, description: ComponentInterface, digest: string, suspends: Suspends) => prepare(bytes, description, digest, suspends),
    limitMemory,
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

function checkEngine(engine: string): void {
  if (engine !== engineId) throw new HostlingError('prepare-failed', `the component was prepared by ${engine}, this host has ${engineId}; prepare it again`);
}

async function compile(name: string, bytes: Uint8Array, code: CodeLoader): Promise<WebAssembly.Module> {
  try {
    return await code.compile(bytes);
  } catch (failure) {
    throw asHostlingError(failure, 'invalid-component', `the component's core module ${name} is not valid`);
  }
}

function prepare(bytes: Uint8Array, description: ComponentInterface, digest: string, suspends: Suspends): Artifact {
  const plan = compilePlan(bytes);
  const blocking = findBlocking(plan, new Signatures(plan), suspends);
  const modules: Record<string, Uint8Array> = {};
  const states = plan.modules.map((module, index) => {
    if (module.kind === 'import') return hidden;
    const { offset, size } = module;
    const { bytes: rewritten, state } = exposeModule(bytes.subarray(offset, offset + size));
    modules[`core${index}.wasm`] = rewritten;
    return state;
  });
  modules['trap.wasm'] = trapModule();
  if (blocking.trampolines.length > 0) modules['blocking.wasm'] = blockingModule(blocking.trampolines.map(({ signature }) => signature));
  if (blocking.entries.length > 0) modules['entry.wasm'] = entryModule(blocking.entries.map(({ signature }) => signature));
  const prepared: Prepared = { plan, blocking, states };
  return { engine: engineId, digest, interface: description, source: JSON.stringify(prepared), modules };
}

/** The state of a module that comes from outside: nobody can see it, so that it cannot be restored. */
const hidden: ExposedState = { memories: [], tables: [], globals: [], complete: false, changesTables: true };

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
      dispose: (reason) => execution.store.poison(reason ?? new HostlingError('workload-stopped', 'the instance was let go')),
    };
  };
  return Object.freeze({ digest: about.digest, interface: about.interface, instantiate });
}

/** Gives each memory what it begins with, and an equal share of the rest. A module may be made an instance of more than once. */
function limitMemory(artifact: Artifact, bytes: number): Artifact {
  checkEngine(artifact.engine);
  const { plan } = JSON.parse(artifact.source) as Prepared;
  let count = 0;
  let begins = 0;
  for (const step of plan.steps) {
    if (step.kind !== 'instantiate') continue;
    const module = artifact.modules[`core${step.module}.wasm`];
    if (module === undefined) continue;
    const need = memoryNeed(module);
    count += need.count;
    begins += need.bytes;
  }
  if (begins > bytes) {
    throw new HostlingError('instantiate-failed', `the component begins with ${begins} bytes of memory, more than its limit of ${bytes}; raise memoryLimitMb`);
  }
  const spare = count === 0 ? 0 : (bytes - begins) / count;
  const capped = Object.entries(artifact.modules).map(([name, module]) => [name, name.startsWith('core') ? capMemories(module, spare) : module]);
  return { ...artifact, modules: Object.fromEntries(capped) as Artifact['modules'] };
}

function lacks(name: string): never {
  throw new HostlingError('instantiate-failed', `the prepared component lacks its core module ${name}`);
}
