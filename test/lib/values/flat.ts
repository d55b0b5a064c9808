import { referenceLayout } from '../../unit/abi-reference.ts';
import type { Bytes } from '../../unit/engine-bytes.ts';
import { type CoreType, op } from '../wasm/core.ts';
import type { Shape } from './shapes.ts';

/*
 * What a guest's toolchain would make of a type: code that puts core values where memory has them, and takes them from there. Written from
 * CanonicalABI.md, with nothing of the engine's.
 */

/** A core value in a local. */
export interface Local {
  readonly index: number;
  readonly type: CoreType;
}

export const layoutOf = (shape: Shape): ReturnType<typeof referenceLayout> => referenceLayout(shape);
const up = (at: number, align: number): number => Math.ceil(at / align) * align;

/** The parts of a type, one after the other. */
function partsOf(shape: Shape): readonly Shape[] | undefined {
  if (shape.kind === 'tuple') return shape.items;
  if (shape.kind === 'record') return shape.fields.map(({ type }) => type);
  return shape.kind === 'fixed-list' ? Array.from({ length: shape.length }, () => shape.element) : undefined;
}
/** The cases of a type, of which a value has one. */
function casesOf(shape: Shape): readonly (Shape | undefined)[] | undefined {
  switch (shape.kind) {
    case 'variant':
      return shape.cases.map(({ type }) => type);
    case 'enum':
      return shape.names.map(() => undefined);
    case 'option':
      return [undefined, shape.some];
    case 'result':
      return [shape.ok, shape.err];
    default:
      return undefined;
  }
}
const narrow = (width: number): 1 | 2 | 4 => (width === 1 ? 1 : width === 2 ? 2 : 4);
const discriminant = (cases: number): 1 | 2 | 4 => narrow(cases <= 256 ? 1 : cases <= 65_536 ? 2 : 4);
const payloadOffset = (cases: readonly (Shape | undefined)[]): number =>
  up(discriminant(cases.length), Math.max(1, ...cases.map((one) => (one === undefined ? 1 : layoutOf(one).align))));

/** From the bits of a joined type to the type itself, and back. */
const narrowing: Readonly<Record<string, Bytes>> = {
  'i64 i32': [op.i32wrap],
  'i64 f32': [op.i32wrap, op.f32reinterpret],
  'i64 f64': [op.f64reinterpret],
  'i32 f32': [op.f32reinterpret],
};
const widening: Readonly<Record<string, Bytes>> = {
  'i32 i64': [op.i64extendU],
  'f32 i64': [op.i32reinterpret, op.i64extendU],
  'f64 i64': [op.i64reinterpret],
  'f32 i32': [op.i32reinterpret],
};

const as = ({ index, type }: Local, wanted: CoreType): Bytes => [op.localGet(index), type === wanted ? [] : (narrowing[`${type} ${wanted}`] ?? op.unreachable)];
const to = ({ index, type }: Local, have: CoreType): Bytes => [type === have ? [] : (widening[`${have} ${type}`] ?? op.unreachable), op.localSet(index)];

const store = { 1: op.i32store8, 2: op.i32store16, 4: op.i32store };
const load = { 1: op.i32load8U, 2: op.i32load16U, 4: op.i32load };
const stores = { i32: op.i32store, i64: op.i64store, f32: op.f32store, f64: op.f64store };
const loads = { i32: op.i32load, i64: op.i64load, f32: op.f32load, f64: op.f64load };

/** How wide the i32 of a type is in memory. */
function widthOf(shape: Shape): 1 | 2 | 4 {
  return shape.kind === 'string' || shape.kind === 'list' || shape.kind === 'map' ? 4 : narrow(layoutOf(shape).size);
}

/** Code that stores a value that is in locals; `area` is the local with the address. */
export function storeFlat(shape: Shape, area: number, offset: number, from: readonly Local[]): Bytes {
  const parts = partsOf(shape);
  if (parts !== undefined) return inOrder(parts, offset, from, (part, at, locals) => storeFlat(part, area, at, locals));
  const cases = casesOf(shape);
  const [first, second] = from as [Local, Local];
  if (cases !== undefined) {
    return [
      [op.localGet(area), as(first, 'i32'), store[discriminant(cases.length)](offset)],
      cases.map((payload, index) => {
        if (payload === undefined) return [];
        const body = storeFlat(payload, area, offset + payloadOffset(cases), from.slice(1));
        return [as(first, 'i32'), op.i32const(index), op.i32eq, op.if, body, op.end];
      }),
    ];
  }
  const { flat } = layoutOf(shape);
  const [own] = flat as [CoreType];
  const code: Bytes = [op.localGet(area), as(first, own), own === 'i32' ? store[widthOf(shape)](offset) : stores[own](offset)];
  return flat.length === 1 ? code : [code, op.localGet(area), as(second, 'i32'), op.i32store(offset + 4)];
}

/** Code that takes a value from memory into locals that are zero. */
export function loadFlat(shape: Shape, area: number, offset: number, into: readonly Local[]): Bytes {
  const parts = partsOf(shape);
  if (parts !== undefined) return inOrder(parts, offset, into, (part, at, locals) => loadFlat(part, area, at, locals));
  const cases = casesOf(shape);
  const [first, second] = into as [Local, Local];
  if (cases !== undefined) {
    return [
      [op.localGet(area), load[discriminant(cases.length)](offset), to(first, 'i32')],
      cases.map((payload, index) => {
        if (payload === undefined) return [];
        const body = loadFlat(payload, area, offset + payloadOffset(cases), into.slice(1));
        return [as(first, 'i32'), op.i32const(index), op.i32eq, op.if, body, op.end];
      }),
    ];
  }
  const { flat } = layoutOf(shape);
  const [own] = flat as [CoreType];
  // The signs of small numbers are lost, and nobody may mind.
  const code: Bytes = [op.localGet(area), own === 'i32' ? load[widthOf(shape)](offset) : loads[own](offset), to(first, own)];
  return flat.length === 1 ? code : [code, op.localGet(area), op.i32load(offset + 4), to(second, 'i32')];
}

function inOrder(parts: readonly Shape[], offset: number, locals: readonly Local[], code: (part: Shape, at: number, locals: readonly Local[]) => Bytes): Bytes {
  let at = offset;
  let next = 0;
  return parts.map((part) => {
    const { size, align, flat } = layoutOf(part);
    at = up(at, align);
    const made = code(part, at, locals.slice(next, next + flat.length));
    at += size;
    next += flat.length;
    return made;
  });
}
