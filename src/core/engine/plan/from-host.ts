import type { Module } from './definition.ts';
import { type Frame, type HostModule, unsupported, type Value } from './frame.ts';
import type { TypeTable } from './intern.ts';
import type { Entity } from './model.ts';
import type { HostPlace, ImportDef, ModuleDef, ResourceDef } from './plan.ts';

/** Collects what a plan takes from the host. */
export class FromHost {
  readonly imports: ImportDef[] = [];
  readonly #types: TypeTable;
  readonly #resources: ResourceDef[];

  constructor(types: TypeTable, resources: ResourceDef[]) {
    this.#types = types;
    this.#resources = resources;
  }

  /** What the host supplies for something that a component instance asks for: a function, a class, a core module, a component, or an instance of such. */
  value(frame: Frame, entity: Entity, place: HostPlace): Value {
    switch (entity.sort) {
      case 'func': {
        const type = this.#types.function(entity.type, frame.resource);
        return { sort: 'func', func: { kind: 'import', index: this.imports.push({ ...place, type }) - 1 }, type };
      }
      case 'type': {
        if (entity.type.kind !== 'resource') return { sort: 'type' };
        const { id } = entity.type;
        if (!frame.hasResource(id)) frame.setResource(id, this.#resources.push({ kind: 'import', ...place }) - 1);
        return { sort: 'type', resource: frame.resource(id) };
      }
      case 'module':
        return { sort: 'module', module: { ...place, type: entity.type } };
      case 'component':
        return { sort: 'component', component: { ...place, type: entity.type }, outer: undefined };
      case 'instance':
        return { sort: 'instance', exports: new Map(Array.from(entity.type.exports, ([name, item]) => [name, this.value(frame, item, within(place, name))])) };
      case 'value':
        return unsupported('values');
    }
  }
}
/** Something in an instance that the host supplies. */
function within({ from, path, name }: HostPlace, item: string): HostPlace {
  return from === undefined ? { from: name, name: item } : { from, path: [...(path ?? []), name], name: item };
}

/** A core module as a plan has it. */
export function moduleDef(module: Module | HostModule): ModuleDef {
  if ('offset' in module) return { kind: 'embedded', offset: module.offset, size: module.size };
  const { type, ...place } = module;
  return {
    kind: 'import',
    ...place,
    imports: type.imports.map((item) => ({ module: item.module, name: item.name, kind: item.type.kind })),
    exports: Array.from(type.exports, ([name, item]) => ({ name, kind: item.kind })),
  };
}
