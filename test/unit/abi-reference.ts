import type { CoreValue, FlatType } from '../../src/core/engine/abi/context.ts';
import type { Tree } from './abi-tree.ts';

/*
 * A second, slow implementation of the canonical ABI, written from CanonicalABI.md and definitions.py alone: types are despecialised, values
 * become a neutral form, nothing is shared with the engine's.
 */

type Plain =
  | { readonly kind: 'scalar'; readonly name: string }
  | { readonly kind: 'list'; readonly element: Plain }
  | { readonly kind: 'repeat'; readonly element: Plain; readonly length: number }
  | { readonly kind: 'record'; readonly fields: readonly Plain[] }
  | { readonly kind: 'variant'; readonly cases: readonly (Plain | undefined)[] }
  | { readonly kind: 'flags'; readonly count: number };

/** A value without names: records are arrays, variants an index and a payload, flags an array of booleans. */
export type Neutral = number | bigint | string | boolean | readonly Neutral[] | { readonly case: number; readonly of: Neutral | undefined };

function despecialize(tree: Tree): Plain {
  switch (tree.kind) {
    case 'record':
      return { kind: 'record', fields: tree.fields.map(({ type }) => despecialize(type)) };
    case 'tuple':
      return { kind: 'record', fields: tree.items.map(despecialize) };
    case 'variant':
      return { kind: 'variant', cases: tree.cases.map(({ type }) => type && despecialize(type)) };
    case 'enum':
      return { kind: 'variant', cases: tree.names.map(() => undefined) };
    case 'option':
      return { kind: 'variant', cases: [undefined, despecialize(tree.some)] };
    case 'result':
      return { kind: 'variant', cases: [tree.ok && despecialize(tree.ok), tree.err && despecialize(tree.err)] };
    case 'list':
      return { kind: 'list', element: despecialize(tree.element) };
    case 'map':
      return { kind: 'list', element: { kind: 'record', fields: [despecialize(tree.key), despecialize(tree.value)] } };
    case 'fixed-list':
      return { kind: 'repeat', element: despecialize(tree.element), length: tree.length };
    case 'flags':
      return { kind: 'flags', count: tree.names.length };
    default:
      return { kind: 'scalar', name: tree.kind };
  }
}

const widths: Record<string, number> = { bool: 1, s8: 1, u8: 1, s16: 2, u16: 2, s64: 8, u64: 8, f64: 8, string: 8 };
const flagsWidth = (count: number): number => (count <= 8 ? 1 : count <= 16 ? 2 : 4);
const discWidth = (count: number): number => [1, 1, 2, 4][Math.ceil(Math.log2(count) / 8)] as number;
const up = (at: number, align: number): number => at + ((align - (at % align)) % align);

function alignOf(type: Plain): number {
  switch (type.kind) {
    case 'scalar':
      return type.name === 'string' ? 4 : (widths[type.name] ?? 4);
    case 'list':
      return 4;
    case 'repeat':
      return alignOf(type.element);
    case 'record':
      return Math.max(1, ...type.fields.map(alignOf));
    case 'variant':
      return Math.max(discWidth(type.cases.length), casesAlign(type.cases));
    case 'flags':
      return flagsWidth(type.count);
  }
}

const casesAlign = (cases: readonly (Plain | undefined)[]): number => Math.max(1, ...cases.map((one) => (one === undefined ? 1 : alignOf(one))));

function sizeOf(type: Plain): number {
  switch (type.kind) {
    case 'scalar':
      return widths[type.name] ?? 4;
    case 'list':
      return 8;
    case 'repeat':
      return type.length * sizeOf(type.element);
    case 'record':
      return up(
        type.fields.reduce((at, field) => up(at, alignOf(field)) + sizeOf(field), 0),
        alignOf(type),
      );
    case 'variant':
      return up(
        up(discWidth(type.cases.length), casesAlign(type.cases)) + Math.max(0, ...type.cases.map((one) => (one === undefined ? 0 : sizeOf(one)))),
        alignOf(type),
      );
    case 'flags':
      return flagsWidth(type.count);
  }
}

function flatOf(type: Plain): FlatType[] {
  switch (type.kind) {
    case 'scalar':
      if (type.name === 'string') return ['i32', 'i32'];
      return [type.name === 'f32' || type.name === 'f64' ? type.name : type.name === 's64' || type.name === 'u64' ? 'i64' : 'i32'];
    case 'list':
      return ['i32', 'i32'];
    case 'repeat':
      return Array.from({ length: type.length }, () => flatOf(type.element)).flat();
    case 'record':
      return type.fields.flatMap(flatOf);
    case 'variant': {
      const flat: FlatType[] = [];
      for (const one of type.cases) {
        if (one === undefined) continue;
        flatOf(one).forEach((have, i) => {
          const before = flat[i];
          if (before === undefined || before === have) flat[i] = have;
          else flat[i] = [before, have].toSorted().join() === 'f32,i32' ? 'i32' : 'i64';
        });
      }
      return ['i32', ...flat];
    }
    case 'flags':
      return ['i32'];
  }
}

/** Size, alignment and flat form of a type. */
export function referenceLayout(tree: Tree): { size: number; align: number; flat: FlatType[] } {
  const type = despecialize(tree);
  return { size: sizeOf(type), align: alignOf(type), flat: flatOf(type) };
}

const scratch = new DataView(new ArrayBuffer(8));

/** Reads what is in memory, of a guest with UTF-8. */
export function referenceLoad(memory: Uint8Array, tree: Tree, pointer: number): Neutral {
  return load(new DataView(memory.buffer), despecialize(tree), pointer);
}

function load(view: DataView, type: Plain, at: number): Neutral {
  switch (type.kind) {
    case 'scalar':
      return loadScalar(view, type.name, at);
    case 'list': {
      const pointer = view.getUint32(at, true);
      return Array.from({ length: view.getUint32(at + 4, true) }, (_, i) => load(view, type.element, pointer + i * sizeOf(type.element)));
    }
    case 'repeat':
      return Array.from({ length: type.length }, (_, i) => load(view, type.element, at + i * sizeOf(type.element)));
    case 'record':
      return type.fields.map((field) => {
        const here = up(at, alignOf(field));
        at = here + sizeOf(field);
        return load(view, field, here);
      });
    case 'variant': {
      const width = discWidth(type.cases.length);
      const index = width === 1 ? view.getUint8(at) : view.getUint16(at, true);
      const payload = type.cases[index];
      return { case: index, of: payload && load(view, payload, up(at + width, casesAlign(type.cases))) };
    }
    case 'flags': {
      const width = flagsWidth(type.count);
      return Array.from({ length: type.count }, (_, i) => (view.getUint8(at + (i >> 3)) & (1 << (i & 7))) !== 0 && i < 8 * width);
    }
  }
}

function loadScalar(view: DataView, name: string, at: number): Neutral {
  switch (name) {
    case 'bool':
      return view.getUint8(at) === 1;
    case 's8':
      return view.getInt8(at);
    case 'u8':
      return view.getUint8(at);
    case 's16':
      return view.getInt16(at, true);
    case 'u16':
      return view.getUint16(at, true);
    case 's32':
      return view.getInt32(at, true);
    case 's64':
      return view.getBigInt64(at, true);
    case 'u64':
      return view.getBigUint64(at, true);
    case 'f32':
      return view.getFloat32(at, true);
    case 'f64':
      return view.getFloat64(at, true);
    case 'char':
      return String.fromCodePoint(view.getUint32(at, true));
    case 'string': {
      const pointer = view.getUint32(at, true);
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array(view.buffer, pointer, view.getUint32(at + 4, true)));
    }
    default:
      return view.getUint32(at, true);
  }
}

/** Lifts core values, of a guest with UTF-8. They are written to a place each, as memory of 8 bytes, from which the scalar is read. */
export function referenceLift(memory: Uint8Array, tree: Tree, values: readonly CoreValue[]): Neutral {
  const rest = [...values];
  const value = lift(new DataView(memory.buffer), despecialize(tree), rest);
  if (rest.length > 0) throw new Error('there are more core values than the type has');
  return value;
}

function lift(view: DataView, type: Plain, rest: CoreValue[]): Neutral {
  switch (type.kind) {
    case 'scalar':
      if (type.name === 'string') return load(pointed(view, rest), type, 0);
      write(flatOf(type)[0] as FlatType, rest.shift() as CoreValue);
      return loadScalar(scratch, type.name, 0);
    case 'list': {
      const pointer = Number(rest.shift());
      return Array.from({ length: Number(rest.shift()) }, (_, i) => load(view, type.element, pointer + i * sizeOf(type.element)));
    }
    case 'repeat':
      return Array.from({ length: type.length }, () => lift(view, type.element, rest));
    case 'record':
      return type.fields.map((field) => lift(view, field, rest));
    case 'variant': {
      const joined = flatOf(type);
      const own = rest.splice(0, joined.length);
      const index = Number(own.shift());
      const payload = type.cases[index];
      if (payload === undefined) return { case: index, of: undefined };
      const narrowed = flatOf(payload).map((want, i) => {
        write(joined[i + 1] as FlatType, own[i] as CoreValue);
        return want === 'i32'
          ? scratch.getInt32(0, true)
          : want === 'i64'
            ? scratch.getBigInt64(0, true)
            : want === 'f32'
              ? scratch.getFloat32(0, true)
              : scratch.getFloat64(0, true);
      });
      return { case: index, of: lift(view, payload, narrowed) };
    }
    case 'flags': {
      const bits = Number(rest.shift());
      return Array.from({ length: type.count }, (_, i) => Math.floor((bits >>> 0) / 2 ** i) % 2 === 1);
    }
  }
}

/** A core value as the machine would have it; what JavaScript cannot pass for the type throws, as calling core code would. */
function write(type: FlatType, value: CoreValue): void {
  scratch.setBigUint64(0, 0n, true);
  if ((type === 'i64') !== (typeof value === 'bigint')) throw new TypeError(`${String(value)} for ${type}`);
  if (type === 'i32') scratch.setInt32(0, value as number, true);
  else if (type === 'i64') scratch.setBigInt64(0, value as bigint, true);
  else if (type === 'f32') scratch.setFloat32(0, value as number, true);
  else scratch.setFloat64(0, value as number, true);
}

function pointed(view: DataView, rest: CoreValue[]): DataView {
  const pointer = Number(rest.shift());
  const length = Number(rest.shift());
  const copy = new DataView(new ArrayBuffer(8 + length));
  copy.setUint32(0, 8, true);
  copy.setUint32(4, length, true);
  new Uint8Array(copy.buffer, 8).set(new Uint8Array(view.buffer, pointer, length));
  return copy;
}
