import type { ComponentType, Entities, Entity, FunctionType, InstanceType, Resource, ResourceType, Type, ValueType } from './model.ts';

/** Replaces resources, and single types by others under another name, throughout types. Parts without them stay the same objects. */
export class Substitution {
  readonly #resources: ReadonlyMap<Resource, Resource>;
  readonly #types: Map<Type, Type>;

  constructor(resources: ReadonlyMap<Resource, Resource>, types: Iterable<readonly [Type, Type]> = []) {
    this.#resources = resources;
    this.#types = new Map(types);
  }

  entities(entities: Entities): Entities {
    let changed = false;
    const result = new Map<string, Entity>();
    for (const [name, entity] of entities) {
      const other = this.entity(entity);
      changed ||= other !== entity;
      result.set(name, other);
    }
    return changed ? result : entities;
  }

  entity(entity: Entity): Entity {
    switch (entity.sort) {
      case 'func':
        return kept(
          entity,
          this.#memo(entity.type, (type) => this.#function(type)),
        );
      case 'instance':
        return kept(
          entity,
          this.#memo(entity.type, (type) => this.#instance(type)),
        );
      case 'component':
        return kept(
          entity,
          this.#memo(entity.type, (type) => this.#component(type)),
        );
      case 'module':
        return entity;
      case 'value':
        return kept(entity, this.value(entity.type));
      case 'type':
        return kept(entity, this.type(entity.type));
    }
  }

  type(type: Type): Type {
    return this.#memo(type, (it) => this.#replace(it));
  }

  #replace(type: Type): Type {
    switch (type.kind) {
      case 'func':
        return this.#function(type);
      case 'instance':
        return this.#instance(type);
      case 'component':
        return this.#component(type);
      case 'resource':
        return this.#resource(type);
      default:
        return this.#value(type);
    }
  }

  value(type: ValueType): ValueType {
    return this.#memo(type, (it) => this.#value(it));
  }

  /** Each type is replaced once, so that what was one type before is one type after. */
  #memo<T extends Type>(type: T, replace: (type: T) => T): T {
    const known = this.#types.get(type);
    // The maps only ever pair types of one kind.
    if (known !== undefined) return known as T;
    const result = replace(type);
    this.#types.set(type, result);
    return result;
  }

  #resource(type: ResourceType): ResourceType {
    const id = this.#resources.get(type.id);
    return id === undefined || id === type.id ? type : { kind: 'resource', id };
  }

  #value(type: ValueType): ValueType {
    switch (type.kind) {
      case 'record': {
        const fields = each(type.fields, (field) => kept(field, this.value(field.type)));
        return fields === type.fields ? type : { ...type, fields };
      }
      case 'variant': {
        const cases = each(type.cases, (item) => (item.type === undefined ? item : kept(item, this.value(item.type))));
        return cases === type.cases ? type : { ...type, cases };
      }
      case 'tuple': {
        const items = each(type.items, (item) => this.value(item));
        return items === type.items ? type : { ...type, items };
      }
      case 'list':
      case 'option':
      case 'fixed-list':
      case 'stream':
      case 'future': {
        if (type.element === undefined) return type;
        const element = this.value(type.element);
        return element === type.element ? type : { ...type, element };
      }
      case 'map': {
        const value = this.value(type.value);
        return value === type.value ? type : { ...type, value };
      }
      case 'result': {
        const ok = type.ok && this.value(type.ok);
        const err = type.err && this.value(type.err);
        if (ok === type.ok && err === type.err) return type;
        return { ...type, ...(ok === undefined ? {} : { ok }), ...(err === undefined ? {} : { err }) };
      }
      case 'own':
      case 'borrow': {
        const of = this.#memo(type.of, (it) => this.#resource(it));
        return of === type.of ? type : { ...type, of };
      }
      default:
        return type;
    }
  }

  #function(type: FunctionType): FunctionType {
    const params = each(type.params, (param) => kept(param, this.value(param.type)));
    const result = type.result && this.value(type.result);
    if (params === type.params && result === type.result) return type;
    return { ...type, params, ...(result === undefined ? {} : { result }) };
  }

  #instance(type: InstanceType): InstanceType {
    const exports = this.entities(type.exports);
    const defined = each(type.defined, (id) => this.#resources.get(id) ?? id);
    return exports === type.exports && defined === type.defined ? type : { ...type, exports, defined };
  }

  #component(type: ComponentType): ComponentType {
    const imports = this.entities(type.imports);
    const exports = this.entities(type.exports);
    const imported = each(type.imported, (id) => this.#resources.get(id) ?? id);
    const defined = each(type.defined, (id) => this.#resources.get(id) ?? id);
    const same = imports === type.imports && exports === type.exports && imported === type.imported && defined === type.defined;
    return same ? type : { ...type, imports, exports, imported, defined };
  }
}

function kept<T extends { readonly type?: unknown }>(item: T, type: T['type']): T {
  return item.type === type ? item : { ...item, type };
}

function each<T>(items: readonly T[], replace: (item: T) => T): readonly T[] {
  let changed: T[] | undefined;
  items.forEach((item, index) => {
    const other = replace(item);
    if (other === item) return;
    changed ??= items.slice();
    changed[index] = other;
  });
  return changed ?? items;
}

/** New resources in place of the given ones. */
export function freshResources(resources: readonly Resource[]): Map<Resource, Resource> {
  return new Map(resources.map((resource) => [resource, { name: resource.name }]));
}

/** The type of one use of an instance type: with resources of its own in place of those the type introduces. */
export function useInstance(type: InstanceType): { type: InstanceType; introduced: readonly Resource[] } {
  if (type.defined.length === 0) return { type, introduced: [] };
  const fresh = freshResources(type.defined);
  return { type: { ...type, exports: new Substitution(fresh).entities(type.exports), defined: [] }, introduced: [...fresh.values()] };
}
