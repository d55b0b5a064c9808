import type { FuncTypeIndex, Plan, TypeDef, TypeIndex } from './plan.ts';

/** Whether a type is of one of these kinds, or has one in it. */
export function holds(plan: Plan, index: TypeIndex, kinds: readonly TypeDef['kind'][]): boolean {
  const type = plan.types[index];
  if (type === undefined) return false;
  return kinds.includes(type.kind) || partsOf(type).some((part) => holds(plan, part, kinds));
}

/** The types that a type is made of. */
export function partsOf(type: TypeDef): TypeIndex[] {
  switch (type.kind) {
    case 'record':
      return type.fields.map((field) => field.type);
    case 'variant':
      return type.cases.flatMap((item) => (item.type === undefined ? [] : [item.type]));
    case 'list':
    case 'fixed-list':
      return [type.element];
    case 'map':
      return [type.key, type.value];
    case 'tuple':
      return [...type.items];
    case 'option':
      return [type.some];
    case 'result':
      return [type.ok, type.err].filter((part) => part !== undefined);
    case 'stream':
    case 'future':
      return type.element === undefined ? [] : [type.element];
    default:
      return [];
  }
}

/**
 * Whether it can be seen that a handle is lent while the caller of a function waits for the host: by another task, which runs meanwhile if the function is
 * async, or by another argument, which gives a handle away.
 */
export function showsLending(plan: Plan, type: FuncTypeIndex): boolean {
  const func = plan.functions[type];
  if (func === undefined || !func.params.some((param) => holds(plan, param.type, ['borrow']))) return false;
  return func.async || func.params.some((param) => holds(plan, param.type, ['own']));
}
