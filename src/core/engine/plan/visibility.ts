import { isLabel } from './extern-names.ts';
import type { Entity, FunctionType, InstanceType, Type, ValueType } from './model.ts';
import type { Scope } from './scope.ts';

/**
 * Checks that all types an import or export speaks of have a name outside, and gives one to those it introduces
 * (Explainer.md, external visibility of types). False where a type has none.
 */
export function makeVisible(scope: Scope, name: string | undefined, what: 'import' | 'export', entity: Entity): boolean {
  const names = what === 'import' ? scope.imports : scope.exports;
  if (entity.sort === 'type' && name !== undefined && entity.type.kind === 'resource' && isLabel(name)) {
    names.resources.set(entity.type, name);
    names.resourceNames.add(name);
  }
  if (scope.kind === 'instance-type') return true;
  const { visible } = names;
  switch (entity.sort) {
    case 'type':
      if (!isNamed(entity.type, visible)) return false;
      visible.add(entity.type);
      // What is imported may be spoken of by imports and by exports alike.
      if (what === 'import') scope.exports.visible.add(entity.type);
      return true;
    case 'instance':
      for (const item of entity.type.exports.values()) if (!makeVisible(scope, undefined, what, item)) return false;
      return true;
    case 'func':
      return isFunctionNamed(entity.type, visible);
    case 'value':
      return isValueNamed(entity.type, visible);
    case 'component':
    case 'module':
      return true;
  }
}

/** Whether a type may be given a name: all that it is made of must have one. */
function isNamed(type: Type, visible: ReadonlySet<Type>): boolean {
  switch (type.kind) {
    case 'resource':
    case 'component':
      return true;
    case 'func':
      return isFunctionNamed(type, visible);
    case 'instance':
      return isInstanceNamed(type, visible);
    default:
      return arePartsNamed(type, visible);
  }
}

function isInstanceNamed(type: InstanceType, visible: ReadonlySet<Type>): boolean {
  for (const entity of type.exports.values()) {
    const named =
      entity.sort === 'func'
        ? isFunctionNamed(entity.type, visible)
        : entity.sort === 'instance'
          ? isInstanceNamed(entity.type, visible)
          : entity.sort === 'type'
            ? isNamed(entity.type, visible)
            : entity.sort !== 'value' || isValueNamed(entity.type, visible);
    if (!named) return false;
  }
  return true;
}

function isFunctionNamed(type: FunctionType, visible: ReadonlySet<Type>): boolean {
  return type.params.every((param) => isValueNamed(param.type, visible)) && (type.result === undefined || isValueNamed(type.result, visible));
}

/** Records, variants, enums and flags need a name of their own; other types need names for what is in them. */
function isValueNamed(type: ValueType, visible: ReadonlySet<Type>): boolean {
  switch (type.kind) {
    case 'record':
    case 'variant':
    case 'enum':
    case 'flags':
      return visible.has(type);
    default:
      return arePartsNamed(type, visible);
  }
}

function arePartsNamed(type: ValueType, visible: ReadonlySet<Type>): boolean {
  switch (type.kind) {
    case 'record':
      return type.fields.every((field) => isValueNamed(field.type, visible));
    case 'variant':
      return type.cases.every((item) => item.type === undefined || isValueNamed(item.type, visible));
    case 'tuple':
      return type.items.every((item) => isValueNamed(item, visible));
    case 'list':
    case 'option':
    case 'fixed-list':
    case 'stream':
    case 'future':
      return type.element === undefined || isValueNamed(type.element, visible);
    case 'map':
      return isValueNamed(type.key, visible) && isValueNamed(type.value, visible);
    case 'result':
      return (type.ok === undefined || isValueNamed(type.ok, visible)) && (type.err === undefined || isValueNamed(type.err, visible));
    case 'own':
    case 'borrow':
      return visible.has(type.of);
    default:
      return true;
  }
}
