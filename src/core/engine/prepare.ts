import { HostlingError } from '../errors.ts';
import { capMemories, memoryNeed } from './core/cap.ts';
import { type ExposedState, exposeModule } from './core/expose.ts';
import type { Artifact, Suspends } from './engine.ts';
import type { ComponentInterface } from './interface.ts';
import { compilePlan } from './plan/compile.ts';
import { checkEngine, engineId, type Prepared } from './prepared.ts';
import { blockingModule, entryModule, trapModule } from './runtime/adapters.ts';
import { findBlocking } from './runtime/blocking.ts';
import { Signatures } from './runtime/signatures.ts';

/**
 * Reads and validates a component, and writes what instances of it are made from.
 * @throws HostlingError `invalid-component` or `prepare-failed`
 */
export function prepare(bytes: Uint8Array, description: ComponentInterface, digest: string, suspends: Suspends): Artifact {
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

/** What an empty memory counts for where memory is shared out, in bytes. */
const smallest = 65_536;

/**
 * Gives each memory what it begins with, and of the rest the more the larger it is: beside a program's memory there is often a small one of an adapter. A
 * module may be made an instance of more than once.
 * @throws HostlingError `instantiate-failed` when the component begins with more than `bytes`
 */
export function limitMemory(artifact: Artifact, bytes: number): Artifact {
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
  // One that begins empty has a share, too.
  const perWeight = (bytes - begins) / (begins + count * smallest);
  const spareOf = (beginsWith: number): number => (beginsWith + smallest) * perWeight;
  const capped = Object.entries(artifact.modules).map(([name, module]) => [name, name.startsWith('core') ? capMemories(module, spareOf) : module]);
  return { ...artifact, modules: Object.fromEntries(capped) as Artifact['modules'] };
}
