import { type Bytes, coreModule, flat, name, section, u32, vec } from '../../unit/engine-bytes.ts';

/** The core value types, as bytes. */
export const valueTypes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c } as const;
export type CoreType = keyof typeof valueTypes;

/** A signed LEB128 number. */
export function signed(value: number | bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const memory = (align: number, offset: number): number[] => [...u32(align), ...u32(offset)];

/** Instructions, by the names that the text format has for them. */
export const op = {
  unreachable: 0x00,
  else: 0x05,
  end: 0x0b,
  return: 0x0f,
  drop: 0x1a,
  select: 0x1b,
  i32eqz: 0x45,
  i32eq: 0x46,
  i32ne: 0x47,
  i32ltU: 0x49,
  i32gtU: 0x4b,
  i32add: 0x6a,
  i32sub: 0x6b,
  i32mul: 0x6c,
  i32and: 0x71,
  i32or: 0x72,
  i32shl: 0x74,
  i32shrU: 0x76,
  i32wrap: 0xa7,
  i64extendU: 0xad,
  i64shrU: 0x88,
  f32reinterpret: 0xbe,
  f64reinterpret: 0xbf,
  i32reinterpret: 0xbc,
  i64reinterpret: 0xbd,
  i64const: (value: number | bigint): Bytes => [0x42, signed(value)],
  i32const: (value: number): Bytes => [0x41, signed(value | 0)],
  localGet: (index: number): Bytes => [0x20, u32(index)],
  localSet: (index: number): Bytes => [0x21, u32(index)],
  localTee: (index: number): Bytes => [0x22, u32(index)],
  globalGet: (index: number): Bytes => [0x23, u32(index)],
  globalSet: (index: number): Bytes => [0x24, u32(index)],
  call: (index: number): Bytes => [0x10, u32(index)],
  callIndirect: (type: number): Bytes => [0x11, u32(type), 0x00],
  br: (depth: number): Bytes => [0x0c, u32(depth)],
  brIf: (depth: number): Bytes => [0x0d, u32(depth)],
  /** A loop without a result; the body ends itself with {@link op.end}. */
  loop: [0x03, 0x40],
  block: [0x02, 0x40],
  /** `if` without a result. */
  if: [0x04, 0x40],
  ifOf: (type: CoreType): Bytes => [0x04, valueTypes[type]],
  i32load: (offset = 0): Bytes => [0x28, memory(2, offset)],
  i64load: (offset = 0): Bytes => [0x29, memory(3, offset)],
  f32load: (offset = 0): Bytes => [0x2a, memory(2, offset)],
  f64load: (offset = 0): Bytes => [0x2b, memory(3, offset)],
  i32load8U: (offset = 0): Bytes => [0x2d, memory(0, offset)],
  i32load16U: (offset = 0): Bytes => [0x2f, memory(1, offset)],
  i32store: (offset = 0): Bytes => [0x36, memory(2, offset)],
  i64store: (offset = 0): Bytes => [0x37, memory(3, offset)],
  f32store: (offset = 0): Bytes => [0x38, memory(2, offset)],
  f64store: (offset = 0): Bytes => [0x39, memory(3, offset)],
  i32store8: (offset = 0): Bytes => [0x3a, memory(0, offset)],
  i32store16: (offset = 0): Bytes => [0x3b, memory(1, offset)],
  memorySize: [0x3f, 0x00],
  memoryGrow: [0x40, 0x00],
  memoryCopy: [0xfc, 0x0a, 0x00, 0x00],
} as const;

/** Writes one core module; imports come before functions. */
export class CoreWriter {
  readonly #types: Bytes[] = [];
  readonly #keys = new Map<string, number>();
  readonly #imports: Bytes[] = [];
  #importedFuncs = 0;
  readonly #funcs: Bytes[] = [];
  readonly #bodies: Bytes[] = [];
  readonly #globals: Bytes[] = [];
  readonly #exports: Bytes[] = [];
  readonly #elements: number[] = [];
  #pages: number | undefined;

  type(params: readonly CoreType[], results: readonly CoreType[]): number {
    const key = `${params.join()}>${results.join()}`;
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const bytes = (types: readonly CoreType[]): Bytes => vec(...types.map((type) => valueTypes[type]).map((byte) => [byte]));
    const index = this.#types.push([0x60, bytes(params), bytes(results)]) - 1;
    this.#keys.set(key, index);
    return index;
  }
  import(module: string, field: string, params: readonly CoreType[], results: readonly CoreType[]): number {
    this.#imports.push([name(module), name(field), 0x00, u32(this.type(params, results))]);
    return this.#importedFuncs++;
  }
  importMemory(module: string, field: string): void {
    this.#imports.push([name(module), name(field), 0x02, 0x00, 0x00]);
  }
  /** Defines a function; `locals` come after its parameters. */
  func(params: readonly CoreType[], results: readonly CoreType[], locals: readonly CoreType[], code: Bytes, exported?: string): number {
    const index = this.#importedFuncs + this.#funcs.push(u32(this.type(params, results))) - 1;
    const body = flat([vec(...locals.map((type) => [0x01, valueTypes[type]])), code, op.end]);
    this.#bodies.push([u32(body.length), body]);
    if (exported !== undefined) this.export(exported, 0x00, index);
    return index;
  }
  /** A mutable i32. */
  global(value: number): number {
    return this.#globals.push([0x7f, 0x01, op.i32const(value), op.end]) - 1;
  }
  /** The memory `memory`. */
  memory(pages: number): void {
    this.#pages = pages;
    this.export('memory', 0x02, 0);
  }
  /** Puts a function into the table; the answer is its index there. */
  element(func: number): number {
    return this.#elements.push(func) - 1;
  }
  export(field: string, kind: number, index: number): void {
    this.#exports.push([name(field), kind, u32(index)]);
  }

  /** The module as section 1 of a component. */
  finish(): Bytes {
    const some = (id: number, items: readonly Bytes[]): Bytes => (items.length === 0 ? [] : section(id, ...items));
    const count = this.#elements.length;
    return coreModule(
      some(1, this.#types),
      some(2, this.#imports),
      some(3, this.#funcs),
      count === 0 ? [] : section(4, [0x70, 0x00, u32(count)]),
      this.#pages === undefined ? [] : section(5, [0x00, u32(this.#pages)]),
      some(6, this.#globals),
      some(7, this.#exports),
      count === 0 ? [] : section(9, [0x00, op.i32const(0), op.end, vec(...this.#elements.map((func) => u32(func)))]),
      some(10, this.#bodies),
    );
  }
}
