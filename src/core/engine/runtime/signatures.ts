import { type Codecs, createCodecs } from '../abi/codecs.ts';
import { createSignature, type LiftSignature, type LowerSignature, type ReturnSignature } from '../abi/functions.ts';
import { HostlingError } from '../../errors.ts';
import type { FuncType, FuncTypeIndex, Plan, TypeIndex } from '../plan/plan.ts';

/** For whom values cross: between a guest and the host, or from guest to guest, where no host ever sees them. */
export type Audience = 'host' | 'guest';

/** The lifting and lowering of a plan's functions, made once and shared by all its instances. */
export class Signatures {
  readonly #plan: Plan;
  readonly #codecs = new Map<string, Codecs>();
  readonly #known = new Map<string, LiftSignature | LowerSignature | ReturnSignature>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** How types cross into and out of a memory that is indexed by i32, or by i64. */
  codecs(audience: Audience, memory64 = false): Codecs {
    const key = `${audience} ${String(memory64)}`;
    const known = this.#codecs.get(key);
    if (known !== undefined) return known;
    const made = createCodecs(this.#plan.types, { guests: audience === 'guest', memory64 });
    this.#codecs.set(key, made);
    return made;
  }

  lift(type: FuncTypeIndex, audience: Audience, memory64?: boolean): LiftSignature {
    return this.#once(`lift ${audience} ${String(memory64)} ${type}`, () => createSignature(this.codecs(audience, memory64), this.#func(type), 'lift'));
  }
  lower(type: FuncTypeIndex, isAsync: boolean, audience: Audience, memory64?: boolean): LowerSignature {
    return this.#once(`lower ${String(isAsync)} ${audience} ${String(memory64)} ${type}`, () =>
      createSignature(this.codecs(audience, memory64), this.#func(type), isAsync ? 'async-lower' : 'lower'),
    );
  }
  /** For `task.return`, whose type is a result alone. */
  taskReturn(result: TypeIndex | undefined, audience: Audience, memory64?: boolean): ReturnSignature {
    return this.#once(`return ${audience} ${String(memory64)} ${result ?? ''}`, () =>
      createSignature(this.codecs(audience, memory64), result === undefined ? {} : { result }, 'task.return'),
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
