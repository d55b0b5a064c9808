import {
  resolveCoreExtern,
  type CoreExtern,
  type CoreImport,
  type CoreType,
  type CoreTypeSyntax,
  type ModuleDeclaration,
  type ModuleType,
} from '../binary/core-types.ts';
import { invalid } from '../binary/cursor.ts';
import type { LabelledSyntax, TypeSyntax, ValueSyntax } from '../binary/types.ts';
import { declareAll } from './declarations.ts';
import { extentOf } from './extent.ts';
import { checkLabels } from './extern-names.ts';
import { isValueType, type Extent, type Field, type FunctionType, type ResourceType, type Type, type ValueType } from './model.ts';
import type { Scope } from './scope.ts';
import { primitiveType, valueType } from './value-types.ts';

const mapKeys: ReadonlySet<string> = new Set(['bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'char', 'string']);

/** The value type that a type section or a canonical definition refers to. */
export function resolveValue(scope: Scope, syntax: ValueSyntax, at: number): ValueType {
  if (typeof syntax === 'string') return primitiveType(syntax);
  const type = scope.type(syntax, at);
  return isValueType(type) ? type : invalid(at, `type index ${syntax} is not a defined type`);
}

/** The resource type at an index. */
export function resolveResource(scope: Scope, index: number, at: number): ResourceType {
  const type = scope.type(index, at);
  return type.kind === 'resource' ? type : invalid(at, `type index ${index} is not a resource type`);
}

/** The function type at an index. */
export function resolveFunction(scope: Scope, index: number, at: number): FunctionType {
  const type = scope.type(index, at);
  return type.kind === 'func' ? type : invalid(at, `type index ${index} is not a function type`);
}

/** A definition of a type section as the type it defines. Resources are left to components, which alone may define them. */
export function resolveType(scope: Scope, syntax: Exclude<TypeSyntax, { kind: 'resource' }>): Type {
  const { at } = syntax;
  const value = (type: ValueSyntax): ValueType => resolveValue(scope, type, at);
  const labelled = (items: readonly LabelledSyntax[]): Field[] => items.map(({ name, type }) => ({ name, type: value(type) }));
  switch (syntax.kind) {
    case 'primitive':
      return { ...primitiveType(syntax.type) };
    case 'func':
      return functionType(scope, syntax);
    case 'component':
    case 'instance':
      return declareAll(scope, syntax);
    case 'record': {
      nonEmpty(syntax.fields, 'record type must have at least one field', at);
      labels(syntax.fields, 'record field', at);
      return valueType({ kind: 'record', fields: labelled(syntax.fields) }, at);
    }
    case 'variant': {
      nonEmpty(syntax.cases, 'variant type must have at least one case', at);
      labels(syntax.cases, 'variant case', at);
      const cases = syntax.cases.map(({ name, type }) => (type === undefined ? { name } : { name, type: value(type) }));
      return valueType({ kind: 'variant', cases }, at);
    }
    case 'list':
    case 'option':
      return valueType({ kind: syntax.kind, element: value(syntax.element) }, at);
    case 'fixed-list':
      if (syntax.length === 0) invalid(at, 'a fixed-length list must have at least one element');
      return valueType({ kind: 'fixed-list', element: value(syntax.element), length: syntax.length }, at);
    case 'map': {
      const key = value(syntax.key);
      if (!mapKeys.has(key.kind)) invalid(at, `${key.kind} is not a valid type of map keys`);
      return valueType({ kind: 'map', key, value: value(syntax.value) }, at);
    }
    case 'tuple':
      nonEmpty(syntax.items, 'tuple type must have at least one type', at);
      return valueType({ kind: 'tuple', items: syntax.items.map(value) }, at);
    case 'flags':
      nonEmpty(syntax.names, 'flags must have at least one entry', at);
      if (syntax.names.length > 32) invalid(at, 'flags cannot have more than 32 flags');
      checkLabels(syntax.names, 'flag', at);
      return valueType({ kind: 'flags', names: syntax.names }, at);
    case 'enum':
      nonEmpty(syntax.names, 'enum type must have at least one variant', at);
      checkLabels(syntax.names, 'enum tag', at);
      return valueType({ kind: 'enum', names: syntax.names }, at);
    case 'result': {
      const { ok, err } = syntax;
      return valueType({ kind: 'result', ...(ok === undefined ? {} : { ok: value(ok) }), ...(err === undefined ? {} : { err: value(err) }) }, at);
    }
    case 'own':
    case 'borrow':
      return valueType({ kind: syntax.kind, of: resolveResource(scope, syntax.resource, at) }, at);
    case 'stream':
    case 'future': {
      if (syntax.element === undefined) return valueType({ kind: syntax.kind }, at);
      const element = value(syntax.element);
      if (element.borrow) invalid(at, `a ${syntax.kind} cannot carry a \`borrow\``);
      if (syntax.kind === 'stream' && element.kind === 'char') invalid(at, '`stream<char>` is not valid at this time');
      return valueType({ kind: syntax.kind, element }, at);
    }
  }
}

function functionType(scope: Scope, syntax: Extract<TypeSyntax, { kind: 'func' }>): FunctionType {
  const { at } = syntax;
  labels(syntax.params, 'function parameter', at);
  const params = syntax.params.map(({ name, type }) => ({ name, type: resolveValue(scope, type, at) }));
  const extent = (parts: readonly ValueType[]): Extent => extentOf([...params.map((param) => param.type), ...parts], at);
  if (syntax.result === undefined) return { kind: 'func', async: syntax.async, params, ...extent([]) };
  const result = resolveValue(scope, syntax.result, at);
  if (result.borrow) invalid(at, 'function result cannot contain a `borrow` type');
  return { kind: 'func', async: syntax.async, params, result, ...extent([result]) };
}

function labels(items: readonly { readonly name: string }[], what: string, at: number): void {
  checkLabels(
    items.map((item) => item.name),
    what,
    at,
  );
}

function nonEmpty(items: readonly unknown[], problem: string, at: number): void {
  if (items.length === 0) invalid(at, problem);
}

/** Defines what an entry of a core type section defines. */
export function defineCoreType(scope: Scope, syntax: CoreTypeSyntax): void {
  if (syntax.kind === 'types') for (const type of syntax.types) scope.coreTypes.push(type);
  else scope.coreTypes.push(moduleType(scope, syntax.declarations));
}

/** A module type; its types are its own, or come in by alias from around it. */
function moduleType(scope: Scope, declarations: readonly ModuleDeclaration[]): ModuleType {
  const types: CoreType[] = [];
  const imports: CoreImport[] = [];
  const exports = new Map<string, CoreExtern>();
  const seen = new Set<string>();
  for (const item of declarations) {
    switch (item.kind) {
      case 'types':
        for (const type of item.types) types.push(type);
        break;
      case 'alias':
        types.push(aliasedCoreType(scope, types, item));
        break;
      case 'import': {
        const { module, name } = item;
        const key = JSON.stringify([module, name]);
        if (seen.has(key)) invalid(item.at, `duplicate import name \`${module}:${name}\``);
        seen.add(key);
        imports.push({ module, name, type: resolveCoreExtern(item.type, types) });
        break;
      }
      case 'export':
        if (exports.has(item.name)) invalid(item.at, `export name \`${item.name}\` already defined`);
        exports.set(item.name, resolveCoreExtern(item.type, types));
        break;
    }
  }
  return { kind: 'module', imports, exports };
}

function aliasedCoreType(scope: Scope, types: readonly CoreType[], { at, count, index }: Extract<ModuleDeclaration, { kind: 'alias' }>): CoreType {
  if (count === 0) return scope.at(types, index, 'core type', at);
  const outer = scope.outward(count - 1, at).scope;
  const type = outer.at(outer.coreTypes, index, 'core type', at);
  return type.kind === 'module' ? invalid(at, 'a module type cannot alias a module type') : type;
}
