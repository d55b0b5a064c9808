import type { FlatType } from '../abi/context.ts';
import type { CoreFuncType } from '../binary/core-types.ts';
import type { FunctionType, ValueType } from './model.ts';

/** Limits beyond which parameters or results go through memory (Canonical ABI, flattening). */
const maximumFlatParams = 16;
const maximumFlatAsyncParams = 4;
const maximumFlatResults = 1;

/** The core types a value flattens to. Only for types whose `flat` count is small. */
export function flatten(type: ValueType, pointer: FlatType): FlatType[] {
  switch (type.kind) {
    case 's64':
    case 'u64':
      return ['i64'];
    case 'f32':
    case 'f64':
      return [type.kind];
    case 'string':
    case 'list':
    case 'map':
      return [pointer, pointer];
    case 'record':
      return type.fields.flatMap((field) => flatten(field.type, pointer));
    case 'tuple':
      return type.items.flatMap((item) => flatten(item, pointer));
    case 'fixed-list':
      return Array.from({ length: type.length }, () => flatten(type.element, pointer)).flat();
    case 'variant':
      return [
        'i32',
        ...join(
          type.cases.map((item) => item.type),
          pointer,
        ),
      ];
    case 'option':
      return ['i32', ...join([type.element], pointer)];
    case 'result':
      return ['i32', ...join([type.ok, type.err], pointer)];
    default:
      return ['i32'];
  }
}

/** One list of core types that holds the values of any case. */
function join(types: readonly (ValueType | undefined)[], pointer: FlatType): FlatType[] {
  const joined: FlatType[] = [];
  for (const type of types) {
    if (type === undefined) continue;
    flatten(type, pointer).forEach((flat, index) => {
      const other = joined[index];
      joined[index] = other === undefined || other === flat ? flat : [other, flat].every((it) => it === 'i32' || it === 'f32') ? 'i32' : 'i64';
    });
  }
  return joined;
}

/** A core signature, and what of the canonical options it takes to get values across. */
export interface Crossing {
  readonly signature: CoreFuncType;
  readonly needsMemory: boolean;
  readonly needsRealloc: boolean;
}

function flattenAll(types: readonly ValueType[], limit: number, pointer: FlatType): { flat: FlatType[]; indirect: boolean } {
  const count = types.reduce((sum, type) => sum + type.flat, 0);
  return count > limit ? { flat: [pointer], indirect: true } : { flat: types.flatMap((type) => flatten(type, pointer)), indirect: false };
}

/** What core function `canon lift` takes for a function type (Canonical ABI, flattening and `canon lift`). */
export function liftCrossing(type: FunctionType, pointer: FlatType, abi: 'sync' | 'callback' | 'stackful'): Crossing {
  const params = flattenAll(
    type.params.map((param) => param.type),
    maximumFlatParams,
    pointer,
  );
  const needsRealloc = params.indirect || type.params.some((param) => param.type.pointer);
  // An async function gives its result to `task.return`, as that takes parameters.
  const results = flattenAll(type.result === undefined ? [] : [type.result], abi === 'sync' ? maximumFlatResults : maximumFlatParams, pointer);
  const needsMemory = needsRealloc || results.indirect || type.result?.pointer === true;
  const given = { sync: results.flat, callback: ['i32'], stackful: [] }[abi];
  return { signature: { kind: 'func', params: params.flat, results: given }, needsMemory, needsRealloc };
}

/** The core function that `canon lower` makes of a function type. */
export function lowerCrossing(type: Pick<FunctionType, 'params' | 'result'>, pointer: FlatType, async: boolean): Crossing {
  const params = flattenAll(
    type.params.map((param) => param.type),
    async ? maximumFlatAsyncParams : maximumFlatParams,
    pointer,
  );
  const results = flattenAll(type.result === undefined ? [] : [type.result], async ? 0 : maximumFlatResults, pointer);
  const needsRealloc = type.result?.pointer === true;
  const needsMemory = needsRealloc || params.indirect || results.indirect || type.params.some((param) => param.type.pointer);
  const signature = {
    kind: 'func',
    params: results.indirect ? [...params.flat, pointer] : params.flat,
    results: async ? ['i32'] : results.indirect ? [] : results.flat,
  } as const;
  return { signature, needsMemory, needsRealloc };
}
