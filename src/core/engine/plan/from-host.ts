import type { Module } from './definition.ts';
import { type Frame, type HostModule, unsupported, type Value } from './frame.ts';
import type { TypeTable } from './intern.ts';
import type { Entity } from './model.ts';
import type { HostPlace, ImportDef, ModuleDef, ResourceDef, ResourceIndex } from './plan.ts';

/** Collects what a plan takes from the host. */
export class FromHost {
  readonly imports: ImportDef[] = [];
  /** Every core module that is asked for, used or not. */
  readonly modules: HostModule[] = [];
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
        if (frame.hasResource(id)) this.#again(frame.resource(id), place);
        else frame.setResource(id, this.#resources.push({ kind: 'import', ...place }) - 1);
        return { sort: 'type', resource: frame.resource(id) };
      }
      case 'module': {
        const module: HostModule = { ...place, type: entity.type };
        this.modules.push(module);
        return { sort: 'module', module };
      }
      case 'component':
        return { sort: 'component', component: { ...place, type: entity.type }, outer: undefined };
      case 'instance':
        return { sort: 'instance', exports: new Map(Array.from(entity.type.exports, ([name, item]) => [name, this.value(frame, item, within(place, name))])) };
      case 'value':
        return unsupported('values');
    }
  }

  /** The component imports a resource that it has imported before. */
  #again(index: ResourceIndex, place: HostPlace): void {
    const resource = this.#resources[index];
    if (resource?.kind === 'import') this.#resources[index] = { ...resource, also: [...(resource.also ?? []), place] };
  }
}

/** Something in an instance that the host supplies. */
function within({ from, path, name }: HostPlace, item: string): HostPlace {
  return from === undefined ? { from: name, name: item } : { from, path: [...(path ?? []), name], name: item };
}

/** A core module as a plan has it; with its type where others can see it. */
export function moduleDef(module: Module | HostModule, seen: boolean): ModuleDef {
  const exports = Array.from(module.type.exports, ([name, type]) => ({ name, type }));
  const type = { imports: module.type.imports, exports };
  if ('offset' in module) return { kind: 'embedded', offset: module.offset, size: module.size, ...(seen ? { type } : {}) };
  return { kind: 'import', ...module, type };
}
