import type { ModuleType } from '../binary/core-types.ts';
import { invalid } from '../binary/cursor.ts';
import type { ExternName } from '../binary/names.ts';
import type { AliasSyntax, Sort } from '../binary/sorts.ts';
import type { DeclarationSyntax, ExternSyntax, TypeSyntax } from '../binary/types.ts';
import { entityExtent, extentOf, extentsOf, typeExtent } from './extent.ts';
import { nameEntity } from './extern-names.ts';
import { isValueType, renamed, type ComponentType, type Entities, type Entity, type InstanceType, type Resource, type Type } from './model.ts';
import { Scope } from './scope.ts';
import { useInstance } from './substitute.ts';
import { defineCoreType, resolveFunction, resolveType, resolveValue } from './types.ts';
import { makeVisible } from './visibility.ts';

/** What an import, an export or the ascription of one says it is, with the resources that this introduces. */
export interface Introduction {
  readonly entity: Entity;
  readonly introduced: readonly Resource[];
}

/** Resolves what an import or export is declared as. `name` is what a resource introduced by it is called. */
export function introduce(scope: Scope, syntax: ExternSyntax, name: string): Introduction {
  const { at, kind } = syntax;
  switch (kind) {
    case 'module':
      return { entity: { sort: 'module', type: moduleAt(scope, syntax.index, at) }, introduced: [] };
    case 'func':
      return { entity: { sort: 'func', type: resolveFunction(scope, syntax.index, at) }, introduced: [] };
    case 'value':
      if (syntax.type === undefined) return invalid(at, 'unsupported: values equal to other values');
      return { entity: { sort: 'value', type: resolveValue(scope, syntax.type, at) }, introduced: [] };
    case 'type':
      return { entity: { sort: 'type', type: renamed(scope.type(syntax.index, at)) }, introduced: [] };
    case 'resource': {
      const id: Resource = { name };
      return { entity: { sort: 'type', type: { kind: 'resource', id } }, introduced: [id] };
    }
    case 'component': {
      const type = scope.type(syntax.index, at);
      return type.kind === 'component'
        ? { entity: { sort: 'component', type }, introduced: [] }
        : invalid(at, `type index ${syntax.index} is not a component type`);
    }
    case 'instance': {
      const type = scope.type(syntax.index, at);
      if (type.kind !== 'instance') return invalid(at, `type index ${syntax.index} is not an instance type`);
      scope.work.use(type, at);
      const use = useInstance(type);
      return { entity: { sort: 'instance', type: use.type }, introduced: use.introduced };
    }
  }
}

function moduleAt(scope: Scope, index: number, at: number): ModuleType {
  const type = scope.at(scope.coreTypes, index, 'core type', at);
  return type.kind === 'module' ? type : invalid(at, `core type index ${index} is not a module type`);
}

/** Makes something an import of a scope: it gets an index and a name. */
export function addImport(scope: Scope, name: ExternName, { entity, introduced }: Introduction): void {
  scope.work.spend(entityExtent(entity), name.at);
  for (const resource of introduced) scope.imported.push(resource);
  scope.push(entity);
  nameEntity(scope.imports, name, entity, 'import');
  if (!makeVisible(scope, name.name, 'import', entity))
    invalid(name.at, `${entity.sort} not valid to be used as import \`${name.name}\`: a type it refers to has no name`);
}

/** Makes something an export of a scope: it gets an index and a name. */
export function addExport(scope: Scope, name: ExternName, { entity, introduced }: Introduction): void {
  scope.work.spend(entityExtent(entity), name.at);
  for (const resource of introduced) scope.defined.push(resource);
  scope.push(entity);
  nameEntity(scope.exports, name, entity, 'export');
  if (!makeVisible(scope, name.name, 'export', entity))
    invalid(name.at, `${entity.sort} not valid to be used as export \`${name.name}\`: a type it refers to has no name`);
}

/** A component or instance type of its declarations. */
export function declareAll(outer: Scope, { at, kind, declarations }: Extract<TypeSyntax, { readonly declarations: unknown }>): ComponentType | InstanceType {
  const scope = new Scope(`${kind}-type`, outer);
  for (const item of declarations) declare(scope, item);
  return kind === 'instance' ? instanceType(scope.exports.entities, scope.defined, at) : componentType(scope, at);
}

/** The type of an instance with the given exports. */
export function instanceType(exports: Entities, defined: readonly Resource[], at: number): InstanceType {
  return { kind: 'instance', exports, defined, ...extentOf(extentsOf(exports), at) };
}

/** The type of the component whose definitions a scope holds. */
export function componentType(scope: Scope, at: number): ComponentType {
  const { imported, defined } = scope;
  const imports = scope.imports.entities;
  const exports = scope.exports.entities;
  const extent = extentOf([...extentsOf(imports), ...extentsOf(exports), { nodes: defined.length, depth: 0 }], at);
  return { kind: 'component', imports, exports, imported, defined, ...extent };
}

function declare(scope: Scope, item: DeclarationSyntax): void {
  switch (item.kind) {
    case 'core-type':
      defineCoreType(scope, item.type);
      break;
    case 'type':
      if (item.type.kind === 'resource') invalid(item.at, 'resources can only be defined within a concrete component');
      scope.types.push(resolveType(scope, item.type));
      break;
    case 'alias':
      declareAlias(scope, item.alias);
      break;
    case 'import':
      addImport(scope, item.name, introduce(scope, item.type, item.name.name));
      break;
    case 'export':
      addExport(scope, item.name, introduce(scope, item.type, item.name.name));
      break;
  }
}

/** Types may only alias types, and instances to reach types (Binary.md, alias declarators). */
function declareAlias(scope: Scope, alias: AliasSyntax): void {
  if (alias.kind === 'outer' && alias.sort === 'type') scope.types.push(outerType(scope, alias));
  else if (alias.kind === 'outer' && alias.sort === 'core-type') outerCoreType(scope, alias);
  else if (alias.kind === 'export' && (alias.sort === 'type' || alias.sort === 'instance'))
    scope.push(exported(scope, alias.instance, alias.name, alias.sort, alias.at));
  else invalid(alias.at, 'aliases in types may only refer to types or instances');
}

/** What an instance exports under a name. */
export function exported(scope: Scope, instance: number, name: string, sort: Sort, at: number): Entity {
  const entity = scope.at(scope.instances, instance, 'instance', at).exports.get(name) ?? invalid(at, `instance ${instance} has no export named \`${name}\``);
  return entity.sort === sort ? entity : invalid(at, `export \`${name}\` of instance ${instance} is not a ${sort}, but a ${entity.sort}`);
}

type OuterAlias = Extract<AliasSyntax, { kind: 'outer' }>;

/** A type from a scope around this one. None that speaks of resources may come into a component (Explainer.md, alias definitions). */
export function outerType(scope: Scope, { at, count, index }: OuterAlias): Type {
  const { scope: outer, leaves } = scope.outward(count, at);
  const type = outer.type(index, at);
  scope.work.spend(typeExtent(type), at);
  if (leaves && hasFreeResource(type))
    invalid(at, `outer type alias to ${type.kind} not valid: it transitively refers to resources not defined in the current component`);
  return type;
}

/** Brings a core type in from a scope around this one. */
export function outerCoreType(scope: Scope, { at, count, index }: OuterAlias): void {
  const { scope: outer } = scope.outward(count, at);
  scope.coreTypes.push(outer.at(outer.coreTypes, index, 'core type', at));
}

/** Whether a type speaks of resources that it does not introduce itself. */
function hasFreeResource(type: Type, bound: ReadonlySet<Resource> = new Set()): boolean {
  if (type.kind === 'resource') return !bound.has(type.id);
  if (type.kind === 'func')
    return [...type.params.map((param) => param.type), ...(type.result ? [type.result] : [])].some((part) => hasFreeResource(part, bound));
  if (type.kind === 'instance' || type.kind === 'component') {
    const inner = new Set([...bound, ...type.defined, ...(type.kind === 'component' ? type.imported : [])]);
    const entities = [...type.exports.values(), ...(type.kind === 'component' ? type.imports.values() : [])];
    return entities.some((entity) => entity.sort !== 'module' && hasFreeResource(entity.type, inner));
  }
  if (!isValueType(type) || !type.resource) return false;
  switch (type.kind) {
    case 'record':
      return type.fields.some((field) => hasFreeResource(field.type, bound));
    case 'variant':
      return type.cases.some((item) => item.type !== undefined && hasFreeResource(item.type, bound));
    case 'tuple':
      return type.items.some((item) => hasFreeResource(item, bound));
    case 'map':
      return hasFreeResource(type.value, bound);
    case 'result':
      return (type.ok !== undefined && hasFreeResource(type.ok, bound)) || (type.err !== undefined && hasFreeResource(type.err, bound));
    case 'own':
    case 'borrow':
      return !bound.has(type.of.id);
    case 'list':
    case 'option':
    case 'fixed-list':
    case 'stream':
    case 'future':
      return type.element !== undefined && hasFreeResource(type.element, bound);
    default:
      return false;
  }
}
