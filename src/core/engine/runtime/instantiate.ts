import type { CoreValue } from '../abi/context.ts';
import { HostlingError } from '../../errors.ts';
import { locate } from '../failure-place.ts';
import type { Imports, Instance, InstanceOptions } from '../engine.ts';
import type { CanonOptions, CoreRef, FuncType, HostPlace, ModuleDef, Plan, Step, Trampoline } from '../plan/plan.ts';
import { lazily } from './arity.ts';
import { callShape } from './host-call.ts';
import type { Loaded } from './loaded.ts';
import { ComponentInstance } from './instance.ts';
import { BoundLift } from './lift.ts';
import { linkComponent } from './link-component.ts';
import { type CoreExports, Linkage } from './linkage.ts';
import { answering, type HostFunction, type HostSlot, resultKind } from './lower.ts';
import { type BuiltinParts, makeBuiltin } from './make-builtin.ts';
import { seenModule } from './modules.ts';
import { Places } from './places.ts';
import { toReason } from './reason.ts';
import { RuntimeResource } from './resources.ts';
import { Side } from './side.ts';
import { heldBy, type Held, imagesOf, Snapshot } from './snapshot.ts';
import { type NextTurn, Store } from './store.ts';
import { buildExports, type SurfaceParts } from './surface.ts';
import { Task } from './task.ts';
import { type Builtin, type CoreFunction, Entries, type Enter, type EnterCallback, TrapCarrier, Trampolines } from './trampoline.ts';
import { resultName } from './adapters.ts';

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

/** A slot that can forget what it found. */
interface BoundSlot extends HostSlot {
  readonly look: HostFunction;
}

class Executor {
  readonly #loaded: Loaded;
  readonly #plan: Plan;
  #imports: Imports;
  readonly #store: Store;
  readonly #instances: readonly ComponentInstance[];
  readonly #resources: readonly RuntimeResource[];
  readonly #places: Places;
  readonly #linkage: Linkage;
  readonly #trampolines: Trampolines;
  readonly #entries: Entries;
  readonly #functions: (CoreFunction | undefined)[] = [];
  readonly #hosts: (BoundSlot | undefined)[] = [];
  readonly #lifts: (BoundLift | undefined)[] = [];
  readonly #sides = new Map<CanonOptions, Side>();
  #blocking: CoreExports = {};
  #entry: CoreExports | undefined;
  /** What exports are made of. */
  readonly #parts: SurfaceParts;
  readonly #builtinParts: BuiltinParts;
  /** Instances of components that the host supplied. */
  readonly #linked: Instance[] = [];
  readonly #held: Held[] = [];
  /** Whether the memories after instantiation are the same for all instances: nothing of the host was called. */
  #alike = true;
  #snapshot: Snapshot | undefined;
  #started = false;
  /** Whether core code may have to be suspended. */
  readonly #suspends: boolean;

  constructor(loaded: Loaded, imports: Imports, { name, outputWaits = true }: InstanceOptions, nextTurn: NextTurn, onFault: (reason: unknown) => void) {
    const { plan } = loaded;
    this.#loaded = loaded;
    this.#plan = plan;
    this.#imports = imports;
    this.#suspends = outputWaits || !loaded.blocking.outputOnly;
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
    this.#linkage = new Linkage(plan, loaded.signatures, this.#resources, this.#places, (index) => this.#function(index));
    this.#trampolines = new Trampolines(this.#store, new TrapCarrier(loaded.trap), this.#places);
    this.#entries = new Entries(this.#store);
    this.#parts = {
      store: this.#store,
      lift: (index) => this.#lift(index),
      hostFunction: (index) => this.#hostFunction(index),
      resource: (index) => this.#linkage.resource(index),
      module: (index) => seenModule(this.#module(index), plan.modules[index]),
      places: this.#places,
      shape: (type) => callShape(plan.types, this.#type(type)),
    };
    this.#builtinParts = {
      plan,
      signatures: loaded.signatures,
      linkage: this.#linkage,
      side: (instance, options) => this.#side(instance, options),
      lift: (index) => this.#lift(index),
      host: (index, type) => this.#hostSlot(index, type),
    };
  }

  async run(): Promise<Execution> {
    // What is missing is said before anything runs, also of functions that may never be called.
    this.#loaded.findHost.forEach((find, index) => this.#isLinked(this.#plan.imports[index]) || find(this.#imports));
    for (const find of this.#loaded.findModule) find?.(this.#imports);
    this.#linkBlocking();
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
    this.#started = true;
    if (this.#alike && this.#plan.steps.every((step) => step.kind === 'instantiate' && this.#loaded.state(step.module).complete)) {
      this.#snapshot = new Snapshot(this.#held, (this.#loaded.images ??= imagesOf(this.#held)));
    }
    return { exports, store: this.#store, instances: this.#instances, restore: (imports) => this.#restore(imports) };
  }

  #isLinked(place: HostPlace | undefined): boolean {
    return place?.from !== undefined && this.#loaded.linked.has(place.from);
  }
  async #link(step: Extract<Step, { kind: 'link' }>): Promise<void> {
    const made = await linkComponent(step, this.#imports, this.#parts);
    this.#linked.push(made);
    this.#imports = { ...this.#imports, [step.key]: made.exports };
    this.#resources.forEach((resource, index) => {
      if (resource.def.kind === 'import' && resource.def.from === step.key) resource.hostClass = this.#loaded.findClass[index]?.(this.#imports);
    });
  }

  #restore(imports: Imports): boolean {
    if (this.#snapshot === undefined || !this.#store.quiet || !this.#instances.every((instance) => instance.atRest)) return false;
    if (!this.#snapshot.restore(this.#held)) return false;
    for (const instance of this.#instances) instance.clear();
    this.#imports = imports;
    this.#resources.forEach((resource, index) => {
      resource.hostClass = this.#loaded.findClass[index]?.(imports);
    });
    for (const slot of this.#hosts) if (slot !== undefined) slot.current = slot.look;
    return true;
  }

  #instance(index: number): ComponentInstance {
    return this.#instances[index] ?? lacks('instance', index);
  }
  #module(index: number): WebAssembly.Module {
    return this.#loaded.findModule[index]?.(this.#imports) ?? this.#loaded.module(index);
  }
  #type(index: number): FuncType {
    return this.#plan.functions[index] ?? lacks('function type', index);
  }
  #side(instance: ComponentInstance, options: CanonOptions): Side {
    let side = this.#sides.get(options);
    if (side === undefined) {
      side = new Side(instance, options, this.#linkage);
      this.#sides.set(options, side);
    }
    return side;
  }

  /** Makes the adapters for the functions that may wait; they call back here when first used. */
  #linkBlocking(): void {
    const { blocking, blockingModule } = this.#loaded;
    if (blockingModule === undefined) return;
    const results = new Set(blocking.trampolines.map(({ signature }) => resultName(signature.results)));
    const fast: Record<string, CoreFunction> = {};
    blocking.trampolines.forEach(({ index, signature }, position) => {
      const run = lazily(signature.params.length, () => this.#builtin(index));
      fast[String(position)] = this.#trampolines.fast(index, run, signature);
    });
    this.#blocking = new WebAssembly.Instance(blockingModule, { ...this.#trampolines.state(results), fast }).exports;
  }

  /** The core function of a trampoline. */
  #function(index: number): CoreFunction {
    const known = this.#functions[index];
    if (known !== undefined) return known;
    const position = this.#loaded.blockingAt.get(index);
    const made = position === undefined ? this.#plain(index) : (this.#blocking[String(position)] as CoreFunction);
    this.#functions[index] = made;
    return made;
  }
  #plain(index: number): CoreFunction {
    const run = this.#builtin(index);
    return this.#trampolines.plain(index, run, this.#arity(this.#trampoline(index), run));
  }
  #builtin(index: number): Builtin {
    const def = this.#trampoline(index);
    return makeBuiltin(def, this.#instance(def.instance), this.#builtinParts);
  }
  #trampoline(index: number): Trampoline {
    return this.#plan.trampolines[index] ?? lacks('trampoline', index);
  }
  /** With how many values core code calls it. */
  #arity(def: Trampoline, run: Builtin): number {
    const { signatures } = this.#loaded;
    if (def.kind === 'lower') return signatures.lower(def.type, def.options.async, 'host', def.options.memory64).params.length;
    return def.kind === 'task.return' ? signatures.taskReturn(def.result, 'host', def.options.memory64).params.length : run.length;
  }

  /** The host's function for an import: looked up when first called, and again with other imports. */
  #hostSlot(index: number, type: FuncType): HostSlot {
    const known = this.#hosts[index];
    if (known !== undefined) return known;
    const find = this.#loaded.findHost[index] ?? lacks('import', index);
    const look: HostFunction = (...args) => {
      if (!this.#started) this.#alike = false;
      slot.current = answering(find(this.#imports), type.params.length, resultKind(this.#plan.types, type));
      return slot.current(...args);
    };
    const slot: BoundSlot = { current: look, look };
    this.#hosts[index] = slot;
    return slot;
  }
  /** The same for a function that is exported as it was imported. */
  #hostFunction(index: number): HostFunction {
    const find = this.#loaded.findHost[index] ?? lacks('import', index);
    return (...args) => find(this.#imports)(...args);
  }

  #lift(index: number): BoundLift {
    const known = this.#lifts[index];
    if (known !== undefined) return known;
    const def = this.#plan.lifts[index] ?? lacks('lift', index);
    const instance = this.#instance(def.instance);
    const type = this.#type(def.type);
    const made = new BoundLift(
      def,
      type,
      instance,
      this.#side(instance, def.options),
      (audience) => this.#loaded.signatures.lift(def.type, audience, def.options.memory64),
      (lift) => {
        const { postReturn, callback } = def.options;
        return {
          enter: this.#enter(index, def.core, lift),
          callback: callback === undefined ? undefined : this.#enterCallback(index, callback, lift),
          postReturn: postReturn === undefined ? undefined : (this.#linkage.function(postReturn) as (...results: CoreValue[]) => void),
        };
      },
    );
    this.#lifts[index] = made;
    return made;
  }
  #enter(index: number, core: CoreRef, lift: BoundLift): Enter {
    const adapter = this.#suspendable(index, false);
    if (adapter === undefined) return this.#entries.plain(this.#linkage.function(core));
    return this.#entries.suspendable(adapter, (task, result) => lift.returned(task, result));
  }
  #enterCallback(index: number, core: CoreRef, lift: BoundLift): EnterCallback {
    const adapter = this.#suspendable(index, true);
    if (adapter === undefined) return this.#entries.plainCallback(this.#linkage.function(core));
    return this.#entries.suspendableCallback(adapter, (task, code) => lift.loop(task, code as number));
  }
  /** The adapter for core code that may have to wait; `undefined` when it cannot come to that, or nothing can wait here. */
  #suspendable(lift: number, callback: boolean): object | undefined {
    const { blocking, entryModule } = this.#loaded;
    const position = blocking.entries.findIndex((item) => item.lift === lift && item.callback === callback);
    return position < 0 || entryModule === undefined || !this.#suspends ? undefined : (this.#entryExports(entryModule)[String(position)] as object);
  }
  #entryExports(module: WebAssembly.Module): CoreExports {
    if (this.#entry !== undefined) return this.#entry;
    const { entries } = this.#loaded.blocking;
    const results = new Set(entries.map(({ signature }) => resultName(signature.results)));
    const entry: Record<string, CoreFunction> = {};
    entries.forEach(({ lift, callback }, position) => {
      const def = this.#plan.lifts[lift] ?? lacks('lift', lift);
      const ref = callback ? def.options.callback : def.core;
      if (ref !== undefined) entry[String(position)] = this.#linkage.function(ref);
    });
    this.#entry = new WebAssembly.Instance(module, { entry, done: this.#entries.done(results) }).exports;
    return this.#entry;
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
