import type { TypeDef, TypeIndex } from '../plan/plan.ts';
import { isNumberKind } from './elements.ts';

/** What objects of JavaScript take, in bytes, about: the object, what it has for each member, a number or text outside of it, an array of numbers, a handle. */
const object = 32;
const member = 8;
const boxed = 24;
const typedArray = 200;
const handle = 100;

/** Tells what an element of a type takes in an array of JavaScript, besides its bytes in a guest's memory. */
export type ElementCost = (index: TypeIndex) => number;

/**
 * Works out costs, in bytes, roughly, and without what the strings and lists in a value hold: that is counted when it is read. Few bytes of a guest may be
 * many here.
 */
export function createElementCost(types: readonly TypeDef[]): ElementCost {
  const known = new Map<TypeIndex, number>();

  function of(index: TypeIndex | undefined): number {
    if (index === undefined) return 0;
    let cost = known.get(index);
    if (cost === undefined) {
      cost = costOf(types[index]);
      known.set(index, cost);
    }
    return cost;
  }
  const all = (inner: readonly TypeIndex[]): number => inner.reduce((sum, one) => sum + member + of(one), object);

  function costOf(type: TypeDef | undefined): number {
    switch (type?.kind) {
      case 's64':
      case 'u64':
      case 'f32':
      case 'f64':
      case 'char':
      case 'string':
        return boxed;
      case 'list':
        return isNumberKind(types[type.element]?.kind ?? '') ? typedArray : object;
      case 'fixed-list':
        return object + type.length * (member + of(type.element));
      case 'map':
        return typedArray;
      case 'record':
        return all(type.fields.map((field) => field.type));
      case 'tuple':
        return all(type.items);
      case 'flags':
        return object + member * type.names.length;
      case 'variant':
        return object + 2 * member + Math.max(0, ...type.cases.map((one) => of(one.type)));
      case 'option':
        return object + of(type.some);
      case 'result':
        return object + 2 * member + Math.max(of(type.ok), of(type.err));
      case 'own':
      case 'borrow':
      case 'stream':
      case 'future':
      case 'error-context':
        return handle;
      default:
        return 0;
    }
  }

  return (index) => member + of(index);
}
