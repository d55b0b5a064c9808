import { locate } from '../failure-place.ts';
import type { CanonOptions, ExportDef, HostPlace, LiftIndex, Plan, TrampolineIndex } from '../plan/plan.ts';
import { unwrap } from './reason.ts';
import type { Store } from './store.ts';
import type { Task } from './task.ts';

/** Says in whose and in which function of one store something failed. Everything is looked up when it did. */
export class Places {
  readonly #plan: Plan;
  readonly #name: string | undefined;
  readonly #store: () => Store;

  /** @param name of the root, where its user knows one */
  constructor(plan: Plan, name: string | undefined, store: () => Store) {
    this.#plan = plan;
    this.#name = name;
    this.#store = store;
  }

  /** A component instance by its name: that of the root, and of each one within. */
  instance(index: number): string {
    const name = this.#plan.instances[index] ?? '';
    const root = this.#plan.instances[0] ?? '';
    return `component ${this.#name === undefined ? name : this.#name + name.slice(root.length)}`;
  }

  /** The function that a task is a call of. */
  task(task: Task | undefined): string {
    const instance = this.instance(task?.instance.index ?? 0);
    return task?.lift === undefined ? instance : this.lift(this.#plan.lifts.indexOf(task.lift.def));
  }

  lift(index: LiftIndex): string {
    const def = this.#plan.lifts[index];
    const name = nameOfLift(this.#plan.exports, index) ?? def?.name ?? 'a function without a name';
    return `${this.instance(def?.instance ?? 0)}: ${name}`;
  }

  /** An import of a component, or a built-in that the function uses which runs. */
  trampoline(index: TrampolineIndex): string {
    const def = this.#plan.trampolines[index];
    if (def === undefined) return this.instance(0);
    if (def.kind === 'task.return') return this.task(this.#store().current);
    if (def.kind !== 'lower') return `${this.task(this.#store().current)}: ${def.kind === 'unsupported' ? def.feature : def.kind}`;
    const { callee } = def;
    const name =
      callee.kind === 'import'
        ? nameOfImport(this.#plan.imports[callee.index])
        : (nameOfLift(this.#plan.exports, callee.index) ?? this.#plan.lifts[callee.index]?.name);
    return `${this.instance(def.instance)}: ${name ?? 'an import without a name'}`;
  }

  /** The function whose values cross with these options, which are its own. */
  options(instance: number, options: CanonOptions): string {
    const lift = this.#plan.lifts.findIndex((def) => def.options === options);
    if (lift >= 0) return this.lift(lift);
    const trampoline = this.#plan.trampolines.findIndex((def) => 'options' in def && def.options === options);
    return trampoline >= 0 ? this.trampoline(trampoline) : this.instance(instance);
  }

  /** Puts its place before what came out of a built-in or an import: the engine's own words are about that, a core trap is about whoever ran. */
  explain(thrown: unknown, index: TrampolineIndex): unknown {
    const reason = unwrap(thrown);
    return locate(reason, () => (reason instanceof WebAssembly.RuntimeError ? this.task(this.#store().current) : this.trampoline(index)));
  }
}

/** Under which name the root exports a lifted function. */
function nameOfLift(exports: Readonly<Record<string, ExportDef>>, index: LiftIndex): string | undefined {
  for (const [name, def] of Object.entries(exports)) {
    if (def.kind === 'func' && def.func.kind === 'lift' && def.func.index === index) return name;
    const inner = def.kind === 'instance' ? nameOfLift(def.exports, index) : undefined;
    if (inner !== undefined) return `${inner} of ${name}`;
  }
  return undefined;
}

function nameOfImport(place: HostPlace | undefined): string | undefined {
  if (place === undefined) return undefined;
  return [place.name, ...(place.path ?? []).toReversed(), ...(place.from === undefined ? [] : [place.from])].join(' of ');
}
