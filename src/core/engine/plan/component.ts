import { canonical } from '../binary/canon.ts';
import { readModule } from '../binary/core-module.ts';
import { coreTypeDefinition, type CoreExtern } from '../binary/core-types.ts';
import { invalid, type Cursor } from '../binary/cursor.ts';
import {
  coreInstance,
  exportDefinition,
  importDefinition,
  instance,
  type CoreInstanceSyntax,
  type ExportSyntax,
  type InstanceSyntax,
} from '../binary/definitions.ts';
import { componentNames, type ComponentNames } from '../binary/name-section.ts';
import { alias, type AliasSyntax, type SortIndex } from '../binary/sorts.ts';
import { typeDefinition, valueType, type TypeSyntax } from '../binary/types.ts';
import { canonicalDefinition, checkResource } from './builtins.ts';
import { coreMismatch } from './core-matching.ts';
import { addExport, addImport, componentType, exported, instanceType, introduce, outerCoreType, outerType, type Introduction } from './declarations.ts';
import type { Component, Definition, Item } from './definition.ts';
import { nameEntity } from './extern-names.ts';
import { Matching } from './matching.ts';
import { renamed, type Entity, type Resource } from './model.ts';
import { Names, Scope, type CoreExports } from './scope.ts';
import { freshResources } from './substitute.ts';
import { defineCoreType, resolveType, resolveValue } from './types.ts';

/**
 * Reads and validates a component, section by section as its definitions come: each may only use what is defined before it.
 * @throws HostlingError `invalid-component` with the byte of what breaks a rule
 */
export function readComponent(cursor: Cursor, outer?: Scope): Component {
  return new ComponentReader(outer).read(cursor);
}

class ComponentReader {
  readonly #scope: Scope;
  readonly #definitions: Definition[] = [];
  #names: ComponentNames = { instanceNames: new Map() };

  constructor(outer: Scope | undefined) {
    this.#scope = new Scope('component', outer);
  }

  read(cursor: Cursor): Component {
    for (const byte of [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]) cursor.literal(byte, 'the header of a component');
    while (!cursor.done) {
      const at = cursor.at;
      const id = cursor.u8('a section');
      const section = cursor.part(cursor.u32('the size of a section'), `section ${id}`);
      if (id > 12) cursor.fail(`a section, 0 to 12 (found ${id}: malformed section id)`, at);
      this.#section(id, section);
      if (!section.done) section.fail(`the end of section ${id}`);
    }
    return { ...this.#names, type: componentType(this.#scope, cursor.at), definitions: this.#definitions };
  }

  #section(id: number, section: Cursor): void {
    const scope = this.#scope;
    switch (id) {
      case 0:
        if (section.name('the name of a custom section') === 'component-name') this.#names = componentNames(section);
        section.at = section.end;
        break;
      case 1:
        this.#module(section);
        break;
      case 2:
        section.vec('core instance', () => this.#coreInstance(coreInstance(section)));
        break;
      case 3:
        section.vec('core type', () => defineCoreType(scope, coreTypeDefinition(section)));
        break;
      case 4: {
        const component = section.nested('a component', () => readComponent(section, scope));
        scope.components.push(component.type);
        this.#definitions.push({ op: 'component', component });
        break;
      }
      case 5:
        section.vec('instance', () => this.#instance(instance(section)));
        break;
      case 6:
        section.vec('alias', () => this.#alias(alias(section)));
        break;
      case 7:
        section.vec('type', () => this.#type(typeDefinition(section)));
        break;
      case 8:
        section.vec('canonical definition', () => this.#definitions.push(canonicalDefinition(scope, canonical(section))));
        break;
      case 9:
        this.#start(section);
        break;
      case 10:
        section.vec('import', () => {
          const { name, type } = importDefinition(section);
          const introduction = introduce(scope, type, name.name);
          addImport(scope, name, introduction);
          this.#definitions.push({ op: 'import', name: name.name, entity: introduction.entity });
        });
        break;
      case 11:
        section.vec('export', () => this.#export(exportDefinition(section)));
        break;
      case 12:
        this.#value(section);
        break;
    }
  }

  #module(section: Cursor): void {
    const offset = section.at;
    const type = readModule(section);
    this.#scope.modules.push(type);
    this.#definitions.push({ op: 'module', module: { type, offset, size: section.end - offset } });
  }

  #type(syntax: TypeSyntax): void {
    const scope = this.#scope;
    if (syntax.kind !== 'resource') {
      scope.types.push(resolveType(scope, syntax));
      return;
    }
    const { at, destructor } = syntax;
    const rep = checkResource(scope, syntax.rep, destructor, at);
    const id: Resource = { name: `type ${scope.types.length}` };
    scope.own.set(id, rep);
    scope.defined.push(id);
    scope.types.push({ kind: 'resource', id });
    this.#definitions.push({ op: 'resource', id, rep, ...(destructor === undefined ? {} : { destructor }) });
  }

  #coreInstance(syntax: CoreInstanceSyntax): void {
    const scope = this.#scope;
    if (syntax.kind === 'exports') {
      const exports = new Map<string, CoreExtern>();
      for (const { at, name, sort, index } of syntax.exports) {
        if (exports.has(name)) invalid(at, `export name \`${name}\` already defined`);
        exports.set(name, scope.coreExtern(sort, index, at));
      }
      scope.coreInstances.push(exports);
      this.#definitions.push({ op: 'core-exports', exports: syntax.exports });
      return;
    }
    const { at } = syntax;
    const module = scope.at(scope.modules, syntax.module, 'module', at);
    const args = new Map<string, number>();
    const given = new Map<string, CoreExports>();
    for (const item of syntax.args) {
      if (args.has(item.name)) invalid(item.at, `duplicate module instantiation argument named \`${item.name}\``);
      args.set(item.name, item.instance);
      given.set(item.name, scope.at(scope.coreInstances, item.instance, 'core instance', item.at));
    }
    scope.work.spend({ nodes: module.imports.length }, at);
    for (const needed of module.imports) {
      const from = given.get(needed.module) ?? invalid(at, `missing module instantiation argument named \`${needed.module}\``);
      const found = from.get(needed.name) ?? invalid(at, `module instantiation argument \`${needed.module}\` does not export an item named \`${needed.name}\``);
      const mismatch = coreMismatch(needed.type, found);
      if (mismatch !== undefined) invalid(at, `type mismatch for export \`${needed.name}\` of module instantiation argument \`${needed.module}\`: ${mismatch}`);
    }
    scope.coreInstances.push(module.exports);
    this.#definitions.push({ op: 'core-instantiate', module: syntax.module, args });
  }

  #instance(syntax: InstanceSyntax): void {
    const scope = this.#scope;
    const { at } = syntax;
    if (syntax.kind === 'exports') {
      const names = new Names();
      const exports = new Map<string, Item>();
      for (const { name, item } of syntax.exports) {
        nameEntity(names, name, scope.entity(item.sort, item.index, item.at), 'export');
        exports.set(name.name, this.#item(item));
      }
      scope.instances.push(instanceType(names.entities, [], at));
      this.#definitions.push({ op: 'exports', exports });
      return;
    }
    const component = scope.at(scope.components, syntax.component, 'component', at);
    const args = new Map<string, Item>();
    const given = new Map<string, Entity>();
    for (const { name, item } of syntax.args) {
      if (args.has(name)) invalid(item.at, `instantiation argument \`${name}\` conflicts with previous argument \`${name}\``);
      args.set(name, this.#item(item));
      given.set(name, scope.entity(item.sort, item.index, item.at));
    }
    scope.work.use(component, at);
    const matching = new Matching(component.imported, scope.work, at);
    for (const [name, entity] of component.imports) {
      matching.entity(`instantiation argument \`${name}\``, entity, given.get(name) ?? invalid(at, `missing import named \`${name}\``));
    }
    const fresh = freshResources(component.defined);
    for (const [from, to] of fresh) {
      matching.resources.set(from, to);
      scope.defined.push(to);
    }
    const type = instanceType(matching.substitution().entities(component.exports), [], at);
    scope.instances.push(type);
    this.#definitions.push({ op: 'instantiate', component: syntax.component, args, type });
  }

  #item({ at, sort, index }: SortIndex): Item {
    return sort === 'type' ? { sort, type: this.#scope.type(index, at) } : { sort, index };
  }

  #alias(syntax: AliasSyntax): void {
    const scope = this.#scope;
    const { at } = syntax;
    switch (syntax.kind) {
      case 'export': {
        const { sort, instance: index, name } = syntax;
        scope.push(exported(scope, index, name, sort, at));
        if (sort !== 'type') this.#definitions.push({ op: 'alias', sort, instance: index, name });
        break;
      }
      case 'core-export':
        this.#coreAlias(syntax);
        break;
      case 'outer': {
        const { sort, count, index } = syntax;
        if (sort === 'type') scope.types.push(outerType(scope, syntax));
        else if (sort === 'core-type') outerCoreType(scope, syntax);
        else {
          scope.push(scope.outward(count, at).scope.entity(sort, index, at));
          this.#definitions.push({ op: 'outer', sort, count, index });
        }
        break;
      }
    }
  }

  #coreAlias({ at, sort, instance: index, name }: Extract<AliasSyntax, { kind: 'core-export' }>): void {
    const scope = this.#scope;
    const found = scope.at(scope.coreInstances, index, 'core instance', at).get(name) ?? invalid(at, `core instance ${index} has no export named \`${name}\``);
    if (found.kind !== sort) invalid(at, `export \`${name}\` of core instance ${index} is not a core ${sort}, but a ${found.kind}`);
    if (found.kind === 'func') scope.core.func.push(found);
    else scope.core[found.kind].push(found);
    this.#definitions.push({ op: 'core-alias', sort, instance: index, name });
  }

  #export({ at, name, item, type }: ExportSyntax): void {
    const scope = this.#scope;
    const actual = scope.entity(item.sort, item.index, item.at);
    const introduction = type === undefined ? inferred(actual) : introduce(scope, type, name.name);
    // Resources that the ascribed type leaves open stay closed to those who see the export.
    if (type !== undefined)
      new Matching(introduction.introduced, scope.work, at).entity(
        "ascribed type of export, which is not compatible with item's type",
        introduction.entity,
        actual,
      );
    addExport(scope, name, introduction);
    this.#definitions.push({
      op: 'export',
      name: name.name,
      item: this.#item(item),
      ...(introduction.introduced.length === 0 ? {} : { entity: introduction.entity }),
    });
  }

  #start(section: Cursor): void {
    const scope = this.#scope;
    const at = section.at;
    const func = scope.at(scope.funcs, section.u32('a function index'), 'func', at);
    const args = section.list('argument', () => scope.at(scope.values, section.u32('a value index'), 'value', section.at));
    const results = section.u32('a count of results');
    if (args.length !== func.params.length || results !== (func.result === undefined ? 0 : 1))
      invalid(at, 'start function takes other arguments or gives other results');
    if (func.result !== undefined) scope.values.push(func.result);
    this.#definitions.push({ op: 'unsupported', feature: 'start functions' });
  }

  #value(section: Cursor): void {
    const at = section.at;
    const type = resolveValue(this.#scope, valueType(section), at);
    section.part(section.u32('the size of a value'), 'a value');
    this.#scope.values.push(type);
    this.#definitions.push({ op: 'unsupported', feature: 'values' });
  }
}

/** What an export introduces if nothing else is said: a type has a name of its own from then on. */
function inferred(entity: Entity): Introduction {
  return { entity: entity.sort === 'type' ? { sort: 'type', type: renamed(entity.type) } : entity, introduced: [] };
}
