import { HostlingError } from '../../errors.ts';
import { locate } from '../failure-place.ts';
import type { Imports, Instance, InstanceOptions } from '../engine.ts';
import type { HostPlace, ModuleDef, Plan, Step } from '../plan/plan.ts';
import { Functions } from './functions.ts';
import { callShape } from './host-call.ts';
import { HostSlots } from './host-slots.ts';
import { ComponentInstance } from './instance.ts';
import { linkComponent } from './link-component.ts';
import { Linkage } from './linkage.ts';
import type { Loaded } from './loaded.ts';
import { seenModule } from './modules.ts';
import { Places } from './places.ts';
import { toReason } from './reason.ts';
import { RuntimeResource } from './resources.ts';
import { heldBy, type Held, imagesOf, Snapshot } from './snapshot.ts';
import { type NextTurn, Store } from './store.ts';
import { buildExports, type SurfaceParts } from './surface.ts';
import { Task } from './task.ts';
import { type CoreFunction, Entries, TrapCarrier, Trampolines } from './trampoline.ts';

/** One execution of a plan. */
export interface Execution {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly store: Store;
  readonly instances: readonly ComponentInstance[];
  /** Brings everything back to its first state, with other imports; false when that cannot be done. */
  restore(imports: Imports): boolean;
}

/**
 * Executes a plan: makes its core instances in order, with the engine's functions between them.
 * @throws HostlingError `instantiate-failed`, or what a start function trapped with
 */
export async function execute(
  loaded: Loaded,
  imports: Imports,
  options: InstanceOptions,
  nextTurn: NextTurn,
  onFault: (reason: unknown) => void,
): Promise<Execution> {
  return new Executor(loaded, imports, options, nextTurn, onFault).run();
}

class Executor {
  readonly #loaded: Loaded;
  readonly #plan: Plan;
  readonly #hosts: HostSlots;
  readonly #store: Store;
  readonly #instances: readonly ComponentInstance[];
  readonly #resources: readonly RuntimeResource[];
  readonly #places: Places;
  readonly #linkage: Linkage;
  /** What exports are made of. */
  readonly #parts: SurfaceParts;
  /** Instances of components that the host supplied. */
  readonly #linked: Instance[] = [];
  readonly #held: Held[] = [];
  #snapshot: Snapshot | undefined;

  constructor(loaded: Loaded, imports: Imports, { name, outputWaits = true }: InstanceOptions, nextTurn: NextTurn, onFault: (reason: unknown) => void) {
    const { plan } = loaded;
    this.#loaded = loaded;
    this.#plan = plan;
    this.#hosts = new HostSlots(plan, loaded.findHost, imports);
    this.#places = new Places(plan, name, () => this.#store);
    const explain = (reason: unknown): void => {
      locate(reason, () => this.#places.task(this.#store.current));
    };
    this.#store = new Store(
      nextTurn,
      explain,
      (reason) => {
        onFault(reason);
        for (const instance of this.#linked) instance.dispose(reason);
      },
      loaded.limits,
    );
    this.#instances = plan.instances.map((name, index) => new ComponentInstance(index, name, this.#store, loaded.limits.handles));
    this.#resources = plan.resources.map((def, index) => {
      if (def.kind === 'import') return new RuntimeResource(def, def.name, undefined, this.#isLinked(def) ? undefined : loaded.findClass[index]?.(imports));
      return new RuntimeResource(def, def.name ?? 'resource', this.#instances[def.instance], undefined);
    });
    this.#linkage = new Linkage(plan, loaded.signatures, this.#resources, this.#places, (index) => functions.core(index));
    const functions = new Functions({
      loaded,
      instances: this.#instances,
      linkage: this.#linkage,
      hosts: this.#hosts,
      trampolines: new Trampolines(this.#store, new TrapCarrier(loaded.trap), this.#places),
      entries: new Entries(this.#store),
      suspends: outputWaits || !loaded.blocking.outputOnly,
    });
    this.#parts = {
      store: this.#store,
      lift: (index) => functions.lift(index),
      hostFunction: (index) => this.#hosts.function(index),
      resource: (index) => this.#linkage.resource(index),
      module: (index) => seenModule(this.#module(index), plan.modules[index]),
      places: this.#places,
      shape: (type) => callShape(plan.types, functions.type(type)),
    };
  }

  async run(): Promise<Execution> {
    // What is missing is said before anything runs, also of functions that may never be called.
    this.#loaded.findHost.forEach((find, index) => this.#isLinked(this.#plan.imports[index]) || find(this.#hosts.imports));
    for (const find of this.#loaded.findModule) find?.(this.#hosts.imports);
    for (const resource of this.#resources) this.#bindDestructor(resource);
    try {
      for (const step of this.#plan.steps) {
        if (step.kind === 'link') {
          await this.#link(step);
          continue;
        }
        const instance = this.#instance(step.into);
        this.#store.current = new Task(instance);
        // Without prototypes: names are the guest's, and `__proto__` is one like any other.
        const given: Record<string, Record<string, unknown>> = Object.create(null);
        for (const { module, name, value } of step.args) (given[module] ??= Object.create(null))[name] = this.#linkage.core(value);
        const { exports } = await instanceOf(this.#module(step.module), given, this.#plan.modules[step.module]);
        this.#linkage.addCore(exports);
        this.#held.push(heldBy(exports, this.#loaded.state(step.module), this.#loaded.tablesChange));
      }
    } catch (thrown) {
      const reason = toReason(thrown);
      this.#store.poison(reason);
      throw reason;
    }
    const exports = buildExports(this.#plan.exports, this.#parts);
    // Where nothing of the host was called, the memories are the same for all instances.
    if (!this.#hosts.called && this.#plan.steps.every((step) => step.kind === 'instantiate' && this.#loaded.state(step.module).complete)) {
      this.#snapshot = new Snapshot(this.#held, (this.#loaded.images ??= imagesOf(this.#held)));
    }
    return { exports, store: this.#store, instances: this.#instances, restore: (imports) => this.#restore(imports) };
  }

  #isLinked(place: HostPlace | undefined): boolean {
    return place?.from !== undefined && this.#loaded.linked.has(place.from);
  }
  async #link(step: Extract<Step, { kind: 'link' }>): Promise<void> {
    const made = await linkComponent(step, this.#hosts.imports, this.#parts);
    this.#linked.push(made);
    this.#hosts.imports = { ...this.#hosts.imports, [step.key]: made.exports };
    this.#resources.forEach((resource, index) => {
      if (resource.def.kind === 'import' && resource.def.from === step.key) resource.hostClass = this.#loaded.findClass[index]?.(this.#hosts.imports);
    });
  }

  #restore(imports: Imports): boolean {
    if (this.#snapshot === undefined || !this.#store.quiet || !this.#instances.every((instance) => instance.atRest)) return false;
    if (!this.#snapshot.restore(this.#held)) return false;
    for (const instance of this.#instances) instance.clear();
    this.#hosts.reset(imports);
    this.#resources.forEach((resource, index) => {
      resource.hostClass = this.#loaded.findClass[index]?.(imports);
    });
    return true;
  }

  #instance(index: number): ComponentInstance {
    return this.#instances[index] ?? lacks('instance', index);
  }
  #module(index: number): WebAssembly.Module {
    return this.#loaded.findModule[index]?.(this.#hosts.imports) ?? this.#loaded.module(index);
  }
  #bindDestructor(resource: RuntimeResource): void {
    const { def, owner } = resource;
    if (def.kind !== 'defined' || def.destructor === undefined || owner === undefined) return;
    const { destructor } = def;
    let run: CoreFunction | undefined;
    resource.destroy = (rep) => {
      if (this.#store.failed) return;
      const before = this.#store.current;
      this.#store.current = new Task(owner);
      run ??= this.#linkage.function(destructor);
      try {
        run(rep);
      } catch (thrown) {
        const reason = toReason(thrown);
        this.#store.poison(reason);
        throw reason;
      }
      this.#store.current = before;
    };
  }
}

/** The largest module that is made an instance of without waiting: browsers refuse larger ones on a page's thread. */
const largestAtOnce = 4 * 1024 * 1024;

function instanceOf(
  module: WebAssembly.Module,
  imports: Readonly<Record<string, unknown>>,
  def: ModuleDef | undefined,
): WebAssembly.Instance | Promise<WebAssembly.Instance> {
  return def?.kind !== 'embedded' || def.size > largestAtOnce ? WebAssembly.instantiate(module, imports) : new WebAssembly.Instance(module, imports);
}

function lacks(what: string, index: number): never {
  throw new HostlingError('internal', `${what} ${index} is not in the plan`);
}
