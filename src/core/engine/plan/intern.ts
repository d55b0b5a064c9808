import type { FunctionType, Resource, ValueType } from './model.ts';
import type { FuncType, FuncTypeIndex, ResourceIndex, TypeDef, TypeIndex } from './plan.ts';

/** What the resources that types speak of are in one component instance. */
export type ResourceLookup = (resource: Resource) => ResourceIndex;

/** Collects a plan's types: each structure once. */
export class TypeTable {
  readonly types: TypeDef[] = [];
  readonly functions: FuncType[] = [];
  readonly #indices = new Map<string, TypeIndex>();
  readonly #functionIndices = new Map<string, FuncTypeIndex>();
  /** Indices of types that are the same in all instances, since no resource is in them. */
  readonly #known = new Map<ValueType, TypeIndex>();
  readonly #knownIn = new Map<ResourceLookup, Map<ValueType, TypeIndex>>();

  value(type: ValueType, lookup: ResourceLookup): TypeIndex {
    const all = type.resource ? this.#knownHere(lookup) : this.#known;
    const known = all.get(type);
    if (known !== undefined) return known;
    const def = this.#define(type, lookup);
    const key = JSON.stringify(def);
    const index = this.#indices.get(key) ?? this.types.push(def) - 1;
    this.#indices.set(key, index);
    all.set(type, index);
    return index;
  }

  #knownHere(lookup: ResourceLookup): Map<ValueType, TypeIndex> {
    const known = this.#knownIn.get(lookup) ?? new Map<ValueType, TypeIndex>();
    this.#knownIn.set(lookup, known);
    return known;
  }

  function(type: FunctionType, lookup: ResourceLookup): FuncTypeIndex {
    const params = type.params.map((param) => ({ name: param.name, type: this.value(param.type, lookup) }));
    const def: FuncType = { async: type.async, params, ...(type.result === undefined ? {} : { result: this.value(type.result, lookup) }) };
    const key = JSON.stringify(def);
    const index = this.#functionIndices.get(key) ?? this.functions.push(def) - 1;
    this.#functionIndices.set(key, index);
    return index;
  }

  #define(type: ValueType, lookup: ResourceLookup): TypeDef {
    const value = (part: ValueType): TypeIndex => this.value(part, lookup);
    switch (type.kind) {
      case 'record':
        return { kind: type.kind, fields: type.fields.map((field) => ({ name: field.name, type: value(field.type) })) };
      case 'variant':
        return {
          kind: type.kind,
          cases: type.cases.map((item) => (item.type === undefined ? { name: item.name } : { name: item.name, type: value(item.type) })),
        };
      case 'list':
        return { kind: type.kind, element: value(type.element) };
      case 'fixed-list':
        return { kind: type.kind, element: value(type.element), length: type.length };
      case 'option':
        return { kind: type.kind, some: value(type.element) };
      case 'map':
        return { kind: type.kind, key: value(type.key), value: value(type.value) };
      case 'tuple':
        return { kind: type.kind, items: type.items.map(value) };
      case 'flags':
      case 'enum':
        return { kind: type.kind, names: type.names };
      case 'result':
        return { kind: type.kind, ...(type.ok === undefined ? {} : { ok: value(type.ok) }), ...(type.err === undefined ? {} : { err: value(type.err) }) };
      case 'own':
      case 'borrow':
        return { kind: type.kind, resource: lookup(type.of.id) };
      case 'stream':
      case 'future':
        return type.element === undefined ? { kind: type.kind } : { kind: type.kind, element: value(type.element) };
      default:
        return { kind: type.kind };
    }
  }
}
