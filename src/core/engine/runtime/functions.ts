import { HostlingError } from '../../errors.ts';
import type { CoreValue } from '../abi/context.ts';
import type { CanonOptions, CoreRef, FuncType, Trampoline } from '../plan/plan.ts';
import { resultName } from './adapters.ts';
import { lazily } from './arity.ts';
import type { HostSlots } from './host-slots.ts';
import type { ComponentInstance } from './instance.ts';
import { BoundLift } from './lift.ts';
import type { CoreExports, Linkage } from './linkage.ts';
import type { Loaded } from './loaded.ts';
import { type BuiltinParts, makeBuiltin } from './make-builtin.ts';
import { Side } from './side.ts';
import type { Builtin, CoreFunction, Entries, Enter, EnterCallback, Trampolines } from './trampoline.ts';

/** What the functions of one instance are made of. */
export interface FunctionParts {
  readonly loaded: Loaded;
  readonly instances: readonly ComponentInstance[];
  readonly linkage: Linkage;
  readonly hosts: HostSlots;
  readonly trampolines: Trampolines;
  readonly entries: Entries;
  /** Whether core code may have to be suspended. */
  readonly suspends: boolean;
}

/** The functions of one instance between core code and the engine, each made when it is first asked for. */
export class Functions {
  readonly #parts: FunctionParts;
  readonly #builtinParts: BuiltinParts;
  readonly #cores: (CoreFunction | undefined)[] = [];
  readonly #lifts: (BoundLift | undefined)[] = [];
  readonly #sides = new Map<CanonOptions, Side>();
  #blocking: CoreExports | undefined;
  #entry: CoreExports | undefined;

  constructor(parts: FunctionParts) {
    this.#parts = parts;
    const { loaded, linkage, hosts } = parts;
    this.#builtinParts = {
      plan: loaded.plan,
      signatures: loaded.signatures,
      linkage,
      side: (instance, options) => this.#side(instance, options),
      lift: (index) => this.lift(index),
      host: (index, type) => hosts.slot(index, type),
    };
  }

  type(index: number): FuncType {
    return this.#parts.loaded.plan.functions[index] ?? lacks('function type', index);
  }

  /** The core function of a trampoline. */
  core(index: number): CoreFunction {
    const known = this.#cores[index];
    if (known !== undefined) return known;
    const position = this.#parts.loaded.blockingAt.get(index);
    const made = position === undefined ? this.#plain(index) : (this.#blockingExports()[String(position)] as CoreFunction);
    this.#cores[index] = made;
    return made;
  }
  #plain(index: number): CoreFunction {
    const run = this.#builtin(index);
    return this.#parts.trampolines.plain(index, run, this.#arity(this.#trampoline(index), run));
  }
  #builtin(index: number): Builtin {
    const def = this.#trampoline(index);
    return makeBuiltin(def, this.#instance(def.instance), this.#builtinParts);
  }
  #trampoline(index: number): Trampoline {
    return this.#parts.loaded.plan.trampolines[index] ?? lacks('trampoline', index);
  }
  #instance(index: number): ComponentInstance {
    return this.#parts.instances[index] ?? lacks('instance', index);
  }
  /** With how many values core code calls it. */
  #arity(def: Trampoline, run: Builtin): number {
    const { signatures } = this.#parts.loaded;
    if (def.kind === 'lower') return signatures.lower(def.type, def.options.async, 'host', def.options.memory64).params.length;
    return def.kind === 'task.return' ? signatures.taskReturn(def.result, 'host', def.options.memory64).params.length : run.length;
  }

  /** The adapters of the functions that may wait; they call back here when first used. */
  #blockingExports(): CoreExports {
    if (this.#blocking !== undefined) return this.#blocking;
    const { loaded, trampolines } = this.#parts;
    const { blocking, blockingModule } = loaded;
    if (blockingModule === undefined) throw new HostlingError('instantiate-failed', 'the prepared component lacks its core module blocking.wasm');
    const results = new Set(blocking.trampolines.map(({ signature }) => resultName(signature.results)));
    const fast: Record<string, CoreFunction> = {};
    blocking.trampolines.forEach(({ index, signature }, position) => {
      const run = lazily(signature.params.length, () => this.#builtin(index));
      fast[String(position)] = trampolines.fast(index, run, signature);
    });
    this.#blocking = new WebAssembly.Instance(blockingModule, { ...trampolines.state(results), fast }).exports;
    return this.#blocking;
  }

  #side(instance: ComponentInstance, options: CanonOptions): Side {
    let side = this.#sides.get(options);
    if (side === undefined) {
      side = new Side(instance, options, this.#parts.linkage);
      this.#sides.set(options, side);
    }
    return side;
  }

  lift(index: number): BoundLift {
    const known = this.#lifts[index];
    if (known !== undefined) return known;
    const { loaded, linkage } = this.#parts;
    const def = loaded.plan.lifts[index] ?? lacks('lift', index);
    const instance = this.#instance(def.instance);
    const made = new BoundLift(
      def,
      this.type(def.type),
      instance,
      this.#side(instance, def.options),
      (audience) => loaded.signatures.lift(def.type, audience, def.options.memory64),
      (lift) => {
        const { postReturn, callback } = def.options;
        return {
          enter: this.#enter(index, def.core, lift),
          callback: callback === undefined ? undefined : this.#enterCallback(index, callback, lift),
          postReturn: postReturn === undefined ? undefined : (linkage.function(postReturn) as (...results: CoreValue[]) => void),
        };
      },
    );
    this.#lifts[index] = made;
    return made;
  }
  #enter(index: number, core: CoreRef, lift: BoundLift): Enter {
    const { entries, linkage } = this.#parts;
    const adapter = this.#suspendable(index, false);
    if (adapter === undefined) return entries.plain(linkage.function(core));
    return entries.suspendable(adapter, (task, result) => lift.returned(task, result));
  }
  #enterCallback(index: number, core: CoreRef, lift: BoundLift): EnterCallback {
    const { entries, linkage } = this.#parts;
    const adapter = this.#suspendable(index, true);
    if (adapter === undefined) return entries.plainCallback(linkage.function(core));
    return entries.suspendableCallback(adapter, (task, code) => lift.loop(task, code as number));
  }
  /** The adapter for core code that may have to wait; `undefined` when it cannot come to that, or nothing can wait here. */
  #suspendable(lift: number, callback: boolean): object | undefined {
    const { suspends, loaded } = this.#parts;
    const { blocking, entryModule } = loaded;
    const position = blocking.entries.findIndex((item) => item.lift === lift && item.callback === callback);
    return position < 0 || entryModule === undefined || !suspends ? undefined : (this.#entryExports(entryModule)[String(position)] as object);
  }
  #entryExports(module: WebAssembly.Module): CoreExports {
    if (this.#entry !== undefined) return this.#entry;
    const { loaded, linkage, entries: entering } = this.#parts;
    const { entries } = loaded.blocking;
    const results = new Set(entries.map(({ signature }) => resultName(signature.results)));
    const entry: Record<string, CoreFunction> = {};
    entries.forEach(({ lift, callback }, position) => {
      const def = loaded.plan.lifts[lift] ?? lacks('lift', lift);
      const ref = callback ? def.options.callback : def.core;
      if (ref !== undefined) entry[String(position)] = linkage.function(ref);
    });
    this.#entry = new WebAssembly.Instance(module, { entry, done: entering.done(results) }).exports;
    return this.#entry;
  }
}

function lacks(what: string, index: number): never {
  throw new HostlingError('internal', `${what} ${index} is not in the plan`);
}
