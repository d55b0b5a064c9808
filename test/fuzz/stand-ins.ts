import type { Imports } from '../../src/core/engine/engine.ts';
import { camelCase, pascalCase } from '../../src/core/engine/names.ts';
import type { FuncTypeIndex, HostPlace, ImportDef, Plan, TypeIndex } from '../../src/core/engine/plan/plan.ts';
import type { Random } from '../lib/random.ts';
import { oddNumber, oddText, streamOf } from './odd-values.ts';

/** Something of a resource that a guest defines, while nobody holds one: nobody but the guest can make it. */
export class Unavailable extends Error {}

/** A host function that fails, which ends the guest. */
export class Refusal extends Error {}

type Members = Record<string, unknown>;
type Class = new (...args: unknown[]) => object;

/** Values of a plan's types, mostly simple and sometimes wrong, and a host that answers everything with them. */
export class StandIns {
  /** Objects of the guest's resources that the host holds. */
  readonly held = new Map<number, object[]>();
  readonly #plan: Plan;
  readonly #random: Random;
  readonly #classes = new Map<number, Class>();

  constructor(plan: Plan, random: Random) {
    this.#plan = plan;
    this.#random = random;
  }

  /** A value of a type, or rarely one that is none. @throws Unavailable */
  value(index: TypeIndex): unknown {
    const random = this.#random;
    const type = this.#plan.types[index];
    const some = random.chance(0.5);
    if (random.chance(0.005)) return random.pick([undefined, null, {}, [], 'x', 1.5, -1n, Symbol.iterator, () => {}]);
    const optional = (part: TypeIndex | undefined): unknown => (part === undefined ? undefined : this.value(part));
    if (type === undefined) throw new Error(`there is no type ${index}`);
    switch (type.kind) {
      case 'bool':
        return some;
      case 's64':
        return some ? 1n : 0n;
      case 'u64':
        // To a puppet this is what it has to do.
        return some ? 0n : (BigInt(random.below(2 ** 16)) << 48n) | (BigInt(random.below(2 ** 24)) << 24n) | BigInt(random.below(2 ** 12));
      case 'char':
        return some ? '☃' : 'a';
      case 'string':
        return oddText(random);
      case 'error-context':
        return some ? 'an error' : new Error('an error');
      case 'list':
        return Array.from({ length: random.below(3) }, () => this.value(type.element));
      case 'fixed-list':
        return Array.from({ length: type.length }, () => this.value(type.element));
      case 'map':
        return new Map(some ? [[this.value(type.key), this.value(type.value)]] : []);
      case 'record':
        return Object.fromEntries(type.fields.map((field) => [camelCase(field.name), this.value(field.type)]));
      case 'tuple':
        return type.items.map((item) => this.value(item));
      case 'flags':
        return some ? {} : Object.fromEntries(type.names.map((name) => [camelCase(name), random.chance(0.5)]));
      case 'enum':
        return random.pick(type.names);
      case 'variant': {
        const one = random.pick(type.cases);
        return { tag: one.name, val: optional(one.type) };
      }
      case 'option':
        if (this.#plan.types[type.some]?.kind === 'option') return some ? { tag: 'none' } : { tag: 'some', val: this.value(type.some) };
        return some ? this.value(type.some) : undefined;
      case 'result':
        return random.chance(0.8) ? { tag: 'ok', val: optional(type.ok) } : { tag: 'err', val: optional(type.err) };
      case 'own':
      case 'borrow':
        return this.#object(type.resource);
      case 'stream': {
        const { element } = type;
        return streamOf(
          Array.from({ length: random.below(4) }, () => optional(element)),
          random,
          new Refusal('the stream fails'),
        );
      }
      case 'future': {
        if (random.chance(0.1)) return new Promise(() => {});
        const value = optional(type.element);
        return some ? Promise.resolve(value) : new Promise((resolve) => void setImmediate(() => resolve(value)));
      }
      default:
        return oddNumber(type.kind, random);
    }
  }
  #object(resource: number): object {
    if (this.#plan.resources[resource]?.kind === 'import') return new (this.#class(resource))();
    const held = this.held.get(resource);
    if (held === undefined || held.length === 0) throw new Unavailable('a guest defines it');
    return this.#random.pick(held);
  }
  #class(resource: number): Class {
    const known = this.#classes.get(resource) ?? class {};
    this.#classes.set(resource, known);
    return known;
  }

  /** Everything that the plan imports, but for core modules and components. */
  imports(): Imports {
    const imports: Members = Object.create(null);
    const place = ({ from, path = [], name }: HostPlace): Members => {
      let at = (imports[from ?? name] ??= {}) as Members;
      for (const step of path) at = (at[step] ??= {}) as Members;
      return at;
    };
    this.#plan.resources.forEach((def, index) => {
      if (def.kind !== 'import') return;
      for (const one of [def, ...(def.also ?? [])]) place(one)[pascalCase(one.name)] = this.#class(index);
    });
    for (const def of this.#plan.imports) this.#supply(def, place);
    return imports as Imports;
  }
  #supply(def: ImportDef, place: (at: HostPlace) => Members): void {
    const run = this.#answers(def.type);
    const match = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/.exec(def.name);
    if (match === null) {
      place(def)[def.from === undefined ? 'default' : camelCase(def.name)] = run;
      return;
    }
    const [, kind, resource = '', member = ''] = match;
    const owner = place(def.from === undefined ? { name: resource } : def)[pascalCase(resource)] as Class | undefined;
    if (owner === undefined || kind === 'constructor') return;
    Object.defineProperty(kind === 'method' ? owner.prototype : owner, camelCase(member), { value: run, configurable: true });
  }
  /** A function of the host: at once, later or never it answers, or fails. */
  #answers(index: FuncTypeIndex): () => unknown {
    const { async = false, result } = this.#plan.functions[index] ?? {};
    const fallible = result !== undefined && this.#plan.types[result]?.kind === 'result';
    const answer = (): unknown => {
      if (this.#random.chance(0.01)) throw new Refusal('the host fails');
      const value = result === undefined ? undefined : this.value(result);
      if (!fallible) return value;
      const { tag, val } = (value ?? {}) as { tag?: unknown; val?: unknown };
      if (tag === 'err') throw Object.assign(new Refusal('an error of WIT'), { payload: val });
      return val;
    };
    const ways: readonly (() => unknown)[] = [
      answer,
      async () => answer(),
      () => new Promise((resolve) => void setImmediate(resolve)).then(answer),
      () => new Promise(() => {}),
    ];
    return () =>
      (async
        ? this.#random.weighted([
            [10, ways[0]],
            [6, ways[1]],
            [3, ways[2]],
            [1, ways[3]],
          ])
        : this.#random.weighted([
            [19, ways[0]],
            [1, ways[1]],
          ]))?.();
  }
}
