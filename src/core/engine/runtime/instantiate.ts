import type { CoreValue } from '../abi/context.ts';
import type { LowerSignature } from '../abi/functions.ts';
import { HostlingError } from '../../errors.ts';
import { locate } from '../failure-place.ts';
import type { Imports, Instance } from '../engine.ts';
import type { CanonOptions, CoreRef, HostPlace, ModuleDef, Plan, Step, Trampoline } from '../plan/plan.ts';
import { trap } from '../trap.ts';
import {
  type Builtin,
  cancelCopy,
  contextBuiltin,
  dropEnd,
  fitsReturn,
  futureCopy,
  newPair,
  resourceBuiltin,
  simpleBuiltin,
  streamCopy,
  subtaskCancel,
  taskReturn,
  waitBuiltin,
} from './builtins.ts';
import { debugMessage, dropErrorContext, newErrorContext } from './error-context.ts';
import type { Loaded } from './loaded.ts';
import { ComponentInstance } from './instance.ts';
import { BoundLift } from './lift.ts';
import { linkComponent } from './link-component.ts';
import { type CoreExports, Linkage } from './linkage.ts';
import { type HostFunction, lowerGuestAsync, lowerGuestSync, lowerHostAsync, lowerHostSync, type ResultKind, resultKind } from './lower.ts';
import { seenModule } from './modules.ts';
import { Places } from './places.ts';
import { lowerLending, showsLending } from './lower-lending.ts';
import { RuntimeResource } from './resources.ts';
import { Side } from './side.ts';
import { heldBy, type Held, imagesOf, Snapshot } from './snapshot.ts';
import { type NextTurn, Store } from './store.ts';
import { buildExports, callShape, type SurfaceParts } from './surface.ts';
import { Task } from './task.ts';
import { toReason } from './reason.ts';
import { type CoreFunction, Entries, TrapCarrier, Trampolines } from './trampoline.ts';
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
  name: string | undefined,
  nextTurn: NextTurn,
  onFault: (reason: unknown) => void,
): Promise<Execution> {
  return new Executor(loaded, imports, name, nextTurn, onFault).run();
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
  readonly #hosts: (HostFunction | undefined)[] = [];
  readonly #lifts: (BoundLift | undefined)[] = [];
  readonly #sides = new Map<CanonOptions, Side>();
  #blocking: CoreExports = {};
  #entry: CoreExports | undefined;
  /** What exports are made of. */
  readonly #parts: SurfaceParts;
  /** Instances of components that the host supplied. */
  readonly #linked: Instance[] = [];
  readonly #held: Held[] = [];
  /** Whether the memories after instantiation are the same for all instances: nothing of the host was called. */
  #alike = true;
  #snapshot: Snapshot | undefined;
  #started = false;

  constructor(loaded: Loaded, imports: Imports, name: string | undefined, nextTurn: NextTurn, onFault: (reason: unknown) => void) {
    const { plan } = loaded;
    this.#loaded = loaded;
    this.#plan = plan;
    this.#imports = imports;
    this.#places = new Places(plan, name, () => this.#store);
    this.#store = new Store(nextTurn, (reason) => {
      locate(reason, () => this.#places.task(this.#store.current));
      onFault(reason);
      for (const instance of this.#linked) instance.dispose();
    });
    this.#instances = plan.instances.map((name, index) => new ComponentInstance(index, name, this.#store));
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
      shape: (type) => callShape(plan.types, plan.functions[type] ?? lacks('function type', type)),
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
        const given: Record<string, Record<string, unknown>> = {};
        for (const { module, name, value } of step.args) (given[module] ??= {})[name] = this.#linkage.core(value);
        const { exports } = await instanceOf(this.#module(step.module), given, this.#plan.modules[step.module]);
        this.#linkage.addCore(exports);
        this.#held.push(heldBy(exports, this.#loaded.state(step.module)));
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
    this.#hosts.length = 0;
    return true;
  }

  #instance(index: number): ComponentInstance {
    return this.#instances[index] ?? lacks('instance', index);
  }
  #module(index: number): WebAssembly.Module {
    return this.#loaded.findModule[index]?.(this.#imports) ?? this.#loaded.module(index);
  }
  #resultKind(type: number): ResultKind {
    return resultKind(this.#plan.types, this.#plan.functions[type] ?? lacks('function type', type));
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
      let run: Builtin | undefined;
      fast[String(position)] = this.#trampolines.fast(index, (args) => (run ??= this.#builtin(index))(args), signature.results);
    });
    this.#blocking = new WebAssembly.Instance(blockingModule, { ...this.#trampolines.state(results), fast }).exports;
  }

  /** The core function of a trampoline. */
  #function(index: number): CoreFunction {
    const known = this.#functions[index];
    if (known !== undefined) return known;
    const position = this.#loaded.blocking.trampolines.findIndex((item) => item.index === index);
    const made = position >= 0 ? (this.#blocking[String(position)] as CoreFunction) : this.#trampolines.plain(index, this.#builtin(index));
    this.#functions[index] = made;
    return made;
  }

  /** The host's function for an import: looked up when first called, and again with other imports. */
  #hostFunction(index: number): HostFunction {
    const find = this.#loaded.findHost[index] ?? lacks('import', index);
    return (...args) => {
      if (!this.#started) this.#alike = false;
      return (this.#hosts[index] ??= find(this.#imports))(...args);
    };
  }

  #lift(index: number): BoundLift {
    const known = this.#lifts[index];
    if (known !== undefined) return known;
    const def = this.#plan.lifts[index] ?? lacks('lift', index);
    const instance = this.#instance(def.instance);
    const type = this.#plan.functions[def.type] ?? lacks('function type', def.type);
    const made = new BoundLift(
      def,
      type,
      instance,
      this.#side(instance, def.options),
      (audience) => this.#loaded.signatures.lift(def.type, audience, def.options.memory64),
      () => {
        const { postReturn } = def.options;
        return {
          enter: this.#enter(index, def.core, false),
          callback: def.options.callback === undefined ? undefined : this.#enter(index, def.options.callback, true),
          postReturn: postReturn === undefined ? undefined : (this.#linkage.function(postReturn) as (...results: CoreValue[]) => void),
        };
      },
    );
    this.#lifts[index] = made;
    return made;
  }
  #enter(lift: number, core: CoreRef, callback: boolean): ReturnType<Entries['plain']> {
    const position = this.#loaded.blocking.entries.findIndex((item) => item.lift === lift && item.callback === callback);
    if (position < 0 || this.#loaded.entryModule === undefined) return this.#entries.plain(this.#linkage.function(core));
    return this.#entries.suspendable(this.#entryExports(this.#loaded.entryModule)[String(position)] as object);
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
      run(rep);
      this.#store.current = before;
    };
  }

  #builtin(index: number): Builtin {
    const def = this.#plan.trampolines[index] ?? lacks('trampoline', index);
    const instance = this.#instance(def.instance);
    switch (def.kind) {
      case 'lower':
        return this.#lower(def, instance);
      case 'resource.new':
      case 'resource.drop':
      case 'resource.rep':
        return resourceBuiltin(def, instance, this.#linkage);
      case 'task.return':
        return taskReturn(
          instance,
          this.#side(instance, def.options),
          (audience) => this.#loaded.signatures.taskReturn(def.result, audience, def.options.memory64),
          fitting(def, this.#linkage),
        );
      case 'subtask.cancel':
        return subtaskCancel(def.async, instance);
      case 'context.get':
      case 'context.set':
        return contextBuiltin(def, instance);
      case 'waitable-set.wait':
      case 'waitable-set.poll':
        return waitBuiltin(def, instance, new Side(instance, { encoding: 'utf8', async: false, memory: def.memory }, this.#linkage));
      case 'stream.new':
        return newPair('stream', def.type, this.#linkage.elements(def.type).numeric, instance);
      case 'future.new':
        return newPair('future', def.type, this.#linkage.elements(def.type).numeric, instance);
      case 'stream.read':
      case 'stream.write':
        return streamCopy(def, instance, this.#side(instance, def.options), this.#linkage);
      case 'future.read':
      case 'future.write':
        return futureCopy(def, instance, this.#side(instance, def.options), this.#linkage);
      case 'stream.cancel-read':
      case 'stream.cancel-write':
      case 'future.cancel-read':
      case 'future.cancel-write':
        return cancelCopy(def, instance);
      case 'stream.drop-readable':
      case 'stream.drop-writable':
      case 'future.drop-readable':
      case 'future.drop-writable':
        return dropEnd(def, instance);
      case 'error-context.new':
        return newErrorContext(def.options, instance, this.#side(instance, def.options));
      case 'error-context.debug-message':
        return debugMessage(def.options, instance, this.#side(instance, def.options));
      case 'unsupported':
        return () => {
          instance.checkLeave();
          return trap(`${def.feature} is not supported by this engine`);
        };
      case 'error-context.drop':
        return dropErrorContext(instance);
      default:
        return simpleBuiltin(def.kind, instance);
    }
  }

  #lower(def: Extract<Trampoline, { kind: 'lower' }>, instance: ComponentInstance): Builtin {
    const { callee, options } = def;
    const side = this.#side(instance, options);
    const signature = this.#loaded.signatures.lower(def.type, options.async, callee.kind === 'lift' ? 'guest' : 'host', options.memory64);
    if (callee.kind === 'lift') {
      const lift = (): BoundLift => this.#lift(callee.index);
      return options.async ? lowerGuestAsync(side, signature, lift) : lowerGuestSync(side, signature, lift);
    }
    const host = this.#hostFunction(callee.index);
    const kind = this.#resultKind(def.type);
    if (options.async) return lowerHostAsync(side, signature, host, kind);
    const lower = (lifting: LowerSignature): Builtin => lowerHostSync(side, lifting, host, kind, this.#plan.functions[def.type]?.async !== true);
    return showsLending(this.#plan, def.type) ? lowerLending(side, signature, lower) : lower(signature);
  }
}

/** Whether a task may return with this `task.return`; most ask for one lift only, again and again. */
function fitting(def: Extract<Trampoline, { kind: 'task.return' }>, linkage: Linkage): (task: Task) => boolean {
  let known: BoundLift | undefined;
  return ({ lift }) => {
    if (lift === undefined) return false;
    if (lift === known) return true;
    if (!fitsReturn(def, lift.type, lift.def.options, linkage)) return false;
    known = lift;
    return true;
  };
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
