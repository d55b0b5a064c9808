import { HostlingError } from '../../errors.ts';
import type { Imports } from '../engine.ts';
import type { FuncType, Plan } from '../plan/plan.ts';
import type { FindHost } from './bind-host.ts';
import { answering, type HostFunction, type HostSlot, resultKind } from './lower.ts';

/** A slot that can forget what it found. */
interface BoundSlot extends HostSlot {
  readonly look: HostFunction;
}

/** The host's functions behind the imports of one instance: each is looked up when it is first called, and again with other imports. */
export class HostSlots {
  readonly #plan: Plan;
  readonly #find: readonly FindHost[];
  readonly #slots: (BoundSlot | undefined)[] = [];
  /** What the instance is linked with. */
  imports: Imports;
  /** Whether a function of the host was looked for, which is done when it is called. */
  called = false;

  constructor(plan: Plan, find: readonly FindHost[], imports: Imports) {
    this.#plan = plan;
    this.#find = find;
    this.imports = imports;
  }

  /** The host's function for an import, with its answers as values of the WIT type. */
  slot(index: number, type: FuncType): HostSlot {
    const known = this.#slots[index];
    if (known !== undefined) return known;
    const find = this.#findAt(index);
    const look: HostFunction = (...args) => {
      this.called = true;
      slot.current = answering(find(this.imports), type.params.length, resultKind(this.#plan.types, type));
      return slot.current(...args);
    };
    const slot: BoundSlot = { current: look, look };
    this.#slots[index] = slot;
    return slot;
  }
  /** The same for a function that is exported as it was imported. */
  function(index: number): HostFunction {
    const find = this.#findAt(index);
    return (...args) => find(this.imports)(...args);
  }
  /** Takes other imports: what was found is looked up anew. */
  reset(imports: Imports): void {
    this.imports = imports;
    for (const slot of this.#slots) if (slot !== undefined) slot.current = slot.look;
  }

  #findAt(index: number): FindHost {
    const find = this.#find[index];
    if (find === undefined) throw new HostlingError('internal', `import ${index} is not in the plan`);
    return find;
  }
}
