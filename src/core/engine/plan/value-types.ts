import { invalid } from '../binary/cursor.ts';
import { checkExtent } from './extent.ts';
import type { Shape, Traits, ValueType } from './model.ts';
import type { Primitive } from './plan.ts';

/** No value may take this much linear memory (Binary.md, type definitions). */
const maximumSize = 2 ** 28;
/** Counts of flat values are only compared with limits far below this. */
const manyFlat = 1000;

const widths: Readonly<Record<Primitive, number>> = {
  bool: 1,
  s8: 1,
  u8: 1,
  s16: 2,
  u16: 2,
  s32: 4,
  u32: 4,
  s64: 8,
  u64: 8,
  f32: 4,
  f64: 8,
  char: 4,
  string: 16,
  'error-context': 4,
};

function primitive(kind: Primitive): ValueType {
  const string = kind === 'string';
  const size = widths[kind];
  return { kind, nodes: 1, depth: 1, borrow: false, resource: false, pointer: string, align: Math.min(size, 8), size, flat: string ? 2 : 1 };
}

const primitives: ReadonlyMap<string, ValueType> = new Map((Object.keys(widths) as Primitive[]).map((kind) => [kind, primitive(kind)]));

/** The type of a primitive. */
export function primitiveType(name: Primitive): ValueType {
  return primitives.get(name) ?? primitive(name);
}

/** Computes a type's traits from those of its parts (Canonical ABI: alignment, element size and flattening). */
class Layout {
  nodes = 1;
  depth = 0;
  borrow = false;
  resource = false;
  pointer = false;
  align = 1;
  size = 0;
  flat = 0;

  contain(type: ValueType): void {
    this.nodes += type.nodes;
    this.depth = Math.max(this.depth, type.depth);
    this.borrow ||= type.borrow;
    this.resource ||= type.resource;
    this.pointer ||= type.pointer;
  }

  /** A part after what is there, as in a record. */
  append(type: ValueType): void {
    this.contain(type);
    this.align = Math.max(this.align, type.align);
    this.size = alignTo(this.size, type.align) + type.size;
    this.flat += type.flat;
  }

  /** Parts of which one is there at a time, after a discriminant. */
  choose(count: number, types: Iterable<ValueType | undefined>): void {
    const discriminant = count <= 2 ** 8 ? 1 : count <= 2 ** 16 ? 2 : 4;
    let payload = 0;
    let flat = 0;
    this.align = discriminant;
    for (const type of types) {
      if (type === undefined) continue;
      this.contain(type);
      this.align = Math.max(this.align, type.align);
      payload = Math.max(payload, type.size);
      flat = Math.max(flat, type.flat);
    }
    this.size = alignTo(discriminant, this.align) + payload;
    this.flat = 1 + flat;
  }

  /** A pointer and a length. */
  allocated(): void {
    this.pointer = true;
    this.fixed(8, 16, 2);
  }

  fixed(align: number, size: number, flat: number): void {
    this.align = align;
    this.size = size;
    this.flat = flat;
  }

  done(at: number): Traits {
    const size = alignTo(this.size, this.align);
    if (size >= maximumSize) invalid(at, `a type of ${size} bytes exceeds maximum byte size ${maximumSize - 1}`);
    const { borrow, resource, pointer, align, flat } = this;
    const extent = checkExtent({ nodes: this.nodes, depth: this.depth + 1 }, at);
    return { ...extent, borrow, resource, pointer, align, size, flat: Math.min(flat, manyFlat) };
  }
}

function alignTo(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

/** Makes a value type of its shape; refuses one whose size is beyond the limits. */
export function valueType(shape: Shape, at: number): ValueType {
  const layout = new Layout();
  switch (shape.kind) {
    case 'record':
      for (const field of shape.fields) layout.append(field.type);
      break;
    case 'tuple':
      for (const item of shape.items) layout.append(item);
      break;
    case 'variant':
      layout.choose(
        shape.cases.length,
        shape.cases.map((item) => item.type),
      );
      break;
    case 'enum':
      layout.choose(shape.names.length, []);
      break;
    case 'option':
      layout.choose(2, [shape.element]);
      break;
    case 'result':
      layout.choose(2, [shape.ok, shape.err]);
      break;
    case 'flags': {
      const width = shape.names.length <= 8 ? 1 : shape.names.length <= 16 ? 2 : 4;
      layout.fixed(width, width, 1);
      break;
    }
    case 'list':
      layout.contain(shape.element);
      layout.allocated();
      break;
    case 'map':
      layout.contain(shape.key);
      layout.contain(shape.value);
      layout.allocated();
      break;
    case 'fixed-list':
      layout.contain(shape.element);
      layout.fixed(shape.element.align, shape.element.size * shape.length, shape.element.flat * shape.length);
      break;
    case 'own':
    case 'borrow':
      layout.resource = true;
      layout.borrow = shape.kind === 'borrow';
      layout.fixed(4, 4, 1);
      break;
    case 'stream':
    case 'future':
      if (shape.element !== undefined) layout.contain(shape.element);
      layout.pointer = false;
      layout.fixed(4, 4, 1);
      break;
    default:
      return primitiveType(shape.kind);
  }
  return { ...shape, ...layout.done(at) };
}
