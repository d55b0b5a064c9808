import { createCodecs } from './abi/codecs.ts';
import { asHostlingError, HostlingError } from '../errors.ts';
import { Faults } from '../faults.ts';
import type { CodeLoader } from '../ports/code.ts';
import type { Artifact, BundledComponent, Component, Engine, Imports, Instance, InstanceOptions, Suspends } from './engine.ts';
import { type ExposedState, exposeModule } from './core/expose.ts';
import type { ComponentInterface } from './interface.ts';
import { compilePlan } from './plan/compile.ts';
import type { Plan } from './plan/plan.ts';
import { blockingModule, entryModule, trapModule } from './runtime/adapters.ts';
import { findClass, findHost } from './runtime/bind-host.ts';
import { type Blocking, findBlocking } from './runtime/blocking.ts';
import { execute } from './runtime/instantiate.ts';
import type { Loaded } from './runtime/loaded.ts';
import { Signatures } from './runtime/signatures.ts';
import type { NextTurn } from './runtime/store.ts';

/** Changes whenever artifacts made before can no longer be loaded. */
const engineId = 'hostling-3';

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
    async load(artifact: Artifact, code: CodeLoader) {
      checkEngine(artifact.engine);
      const compiled = Object.entries(artifact.modules).map(async ([name, bytes]) => [name, await compile(name, bytes, code)] as const);
      return createComponent(artifact, JSON.parse(artifact.source) as Prepared, Object.fromEntries(await Promise.all(compiled)), nextTurn);
    },
    adopt(bundle: BundledComponent) {
      checkEngine(bundle.engine);
      return createComponent(bundle, bundle.code as Prepared, bundle.modules, nextTurn);
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
  const blocking = findBlocking(plan, signaturesOf(plan), suspends);
  const modules: Record<string, Uint8Array> = {};
  const states = plan.modules.map(({ offset, size }, index) => {
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

function signaturesOf(plan: Plan): Signatures {
  return new Signatures(plan, { host: createCodecs(plan.types), guest: createCodecs(plan.types, { guests: true }) });
}

function createComponent(
  about: { readonly digest: string; readonly interface: ComponentInterface },
  { plan, blocking, states }: Prepared,
  modules: Readonly<Record<string, WebAssembly.Module>>,
  nextTurn: NextTurn,
): Component {
  const moduleAt = (name: string): WebAssembly.Module => modules[name] ?? lacks(name);
  const { t: trap } = new WebAssembly.Instance(moduleAt('trap.wasm')).exports;
  const loaded: Loaded = {
    plan,
    codecs: createCodecs(plan.types),
    signatures: signaturesOf(plan),
    blocking,
    blockingAt: new Map(blocking.trampolines.map(({ index }, position) => [index, position])),
    blockingModule: modules['blocking.wasm'],
    entryModule: 'promising' in WebAssembly ? modules['entry.wasm'] : undefined,
    trap: trap as () => void,
    findHost: plan.imports.map(findHost),
    findClass: plan.resources.map((def) => (def.kind === 'import' ? findClass(def) : undefined)),
    module: (index) => moduleAt(`core${index}.wasm`),
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

function lacks(name: string): never {
  throw new HostlingError('instantiate-failed', `the prepared component lacks its core module ${name}`);
}
