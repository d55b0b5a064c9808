import type { Codecs } from '../abi/codecs.ts';
import { createSignature, type LiftSignature, type LowerSignature, type ReturnSignature } from '../abi/functions.ts';
import { HostlingError } from '../../errors.ts';
import type { FuncType, FuncTypeIndex, Plan, TypeIndex } from '../plan/plan.ts';

/** For whom values cross: between a guest and the host, or from guest to guest, where no host ever sees them. */
export type Audience = 'host' | 'guest';

/** The lifting and lowering of a plan's functions, made once and shared by all its instances. */
export class Signatures {
  readonly #plan: Plan;
  readonly #codecs: Readonly<Record<Audience, Codecs>>;
  readonly #known = new Map<string, LiftSignature | LowerSignature | ReturnSignature>();

  constructor(plan: Plan, codecs: Readonly<Record<Audience, Codecs>>) {
    this.#plan = plan;
    this.#codecs = codecs;
  }

  lift(type: FuncTypeIndex, audience: Audience): LiftSignature {
    return this.#once(`lift ${audience} ${type}`, () => createSignature(this.#codecs[audience], this.#func(type), 'lift'));
  }
  lower(type: FuncTypeIndex, isAsync: boolean, audience: Audience): LowerSignature {
    return this.#once(`lower ${String(isAsync)} ${audience} ${type}`, () =>
      createSignature(this.#codecs[audience], this.#func(type), isAsync ? 'async-lower' : 'lower'),
    );
  }
  /** For `task.return`, whose type is a result alone. */
  taskReturn(result: TypeIndex | undefined, audience: Audience): ReturnSignature {
    return this.#once(`return ${audience} ${result ?? ''}`, () =>
      createSignature(this.#codecs[audience], result === undefined ? {} : { result }, 'task.return'),
    );
  }

  #once<S extends LiftSignature | LowerSignature | ReturnSignature>(key: string, make: () => S): S {
    const known = this.#known.get(key);
    if (known !== undefined) return known as S;
    const made = make();
    this.#known.set(key, made);
    return made;
  }
  #func(type: FuncTypeIndex): FuncType {
    const func = this.#plan.functions[type];
    if (func === undefined) throw new HostlingError('internal', `function type ${type} is not in the plan`);
    return func;
  }
}
