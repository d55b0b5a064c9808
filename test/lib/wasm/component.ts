import { type Bytes, component, extern, name, nested, section, u32, vec } from '../../unit/engine-bytes.ts';
import { signed } from './core.ts';

/** The bytes of primitive types where they are used. */
export const primitives = {
  bool: 0x7f,
  s8: 0x7e,
  u8: 0x7d,
  s16: 0x7c,
  u16: 0x7b,
  s32: 0x7a,
  u32: 0x79,
  s64: 0x78,
  u64: 0x77,
  f32: 0x76,
  f64: 0x75,
  char: 0x74,
  string: 0x73,
} as const;
export type Primitive = keyof typeof primitives;

/** A value type where it is used: a primitive, or a type by its index. */
export type ValueType = Primitive | number;

export function valueType(type: ValueType): Bytes {
  return typeof type === 'number' ? signed(type) : [primitives[type]];
}

export type Encoding = 'utf8' | 'utf16' | 'latin1+utf16';

/** Canonical options by the indices of what they name. */
export interface Options {
  readonly encoding?: Encoding;
  readonly memory?: number;
  readonly realloc?: number;
  readonly postReturn?: number;
  readonly async?: boolean;
  readonly callback?: number;
}

export function options({ encoding = 'utf8', memory, realloc, postReturn, async, callback }: Options): Bytes {
  const list: Bytes[] = [[{ utf8: 0x00, utf16: 0x01, 'latin1+utf16': 0x02 }[encoding]]];
  if (memory !== undefined) list.push([0x03, u32(memory)]);
  if (realloc !== undefined) list.push([0x04, u32(realloc)]);
  if (postReturn !== undefined) list.push([0x05, u32(postReturn)]);
  if (async === true) list.push([0x06]);
  if (callback !== undefined) list.push([0x07, u32(callback)]);
  return vec(...list);
}

/** Parameters and the result of a function type. */
export interface FunctionShape {
  readonly async?: boolean;
  readonly params?: readonly (readonly [name: string, type: ValueType])[];
  readonly result?: ValueType;
}

export function functionType({ async = false, params = [], result }: FunctionShape): Bytes {
  const list = vec(...params.map(([label, type]) => [name(label), valueType(type)]));
  return [async ? 0x43 : 0x40, list, result === undefined ? [0x01, 0x00] : [0x00, valueType(result)]];
}

const coreSorts = { func: 0x00, table: 0x01, memory: 0x02, global: 0x03 } as const;
const sorts = { func: 0x01, type: 0x03, component: 0x04, instance: 0x05 } as const;
export type Sort = keyof typeof sorts;

/** Writes one component; every method appends a definition and answers its index. */
export class ComponentWriter {
  readonly #sections: Bytes[] = [];
  readonly #counts = { func: 0, type: 0, component: 0, instance: 0, module: 0, coreFunc: 0, coreInstance: 0, coreMemory: 0 };

  type(definition: Bytes): number {
    this.#sections.push(section(7, definition));
    return this.#counts.type++;
  }
  func(shape: FunctionShape): number {
    return this.type(functionType(shape));
  }
  /** A type of a component outside of this one. */
  outerType(count: number, index: number): number {
    this.#sections.push(section(6, [0x03, 0x02, u32(count), u32(index)]));
    return this.#counts.type++;
  }
  importFunc(label: string, type: number): number {
    this.#sections.push(section(10, [extern(label), 0x01, u32(type)]));
    return this.#counts.func++;
  }
  /** Imports a type that is equal to one there is. */
  importType(label: string, type: number): number {
    this.#sections.push(section(10, [extern(label), 0x03, 0x00, u32(type)]));
    return this.#counts.type++;
  }
  importResource(label: string): number {
    this.#sections.push(section(10, [extern(label), 0x03, 0x01]));
    return this.#counts.type++;
  }
  importInstance(label: string, type: number): number {
    this.#sections.push(section(10, [extern(label), 0x05, u32(type)]));
    return this.#counts.instance++;
  }
  /** The type of an instance that exports functions of the types given here. */
  functionsType(functions: Readonly<Record<string, FunctionShape>>): number {
    const entries = Object.entries(functions);
    return this.type([
      0x42,
      vec(
        ...entries.map(([, shape]): Bytes => [0x01, functionType(shape)]),
        ...entries.map(([label], index): Bytes => [0x04, extern(label), 0x01, u32(index)]),
      ),
    ]);
  }

  coreModule(module: Bytes): number {
    this.#sections.push(module);
    return this.#counts.module++;
  }
  coreInstance(module: number, args: Readonly<Record<string, number>>): number {
    const list = vec(...Object.entries(args).map(([label, index]) => [name(label), 0x12, u32(index)]));
    this.#sections.push(section(2, [0x00, u32(module), list]));
    return this.#counts.coreInstance++;
  }
  /** A core instance of functions that there are. */
  coreBag(exports: readonly (readonly [name: string, index: number, sort?: keyof typeof coreSorts])[]): number {
    this.#sections.push(section(2, [0x01, vec(...exports.map(([label, index, sort = 'func']) => [name(label), coreSorts[sort], u32(index)]))]));
    return this.#counts.coreInstance++;
  }
  coreFunc(instance: number, label: string): number {
    this.#sections.push(section(6, [0x00, coreSorts.func, 0x01, u32(instance), name(label)]));
    return this.#counts.coreFunc++;
  }
  coreMemory(instance: number, label = 'memory'): number {
    this.#sections.push(section(6, [0x00, coreSorts.memory, 0x01, u32(instance), name(label)]));
    return this.#counts.coreMemory++;
  }

  lift(core: number, type: number, given: Options): number {
    this.#sections.push(section(8, [0x00, 0x00, u32(core), options(given), u32(type)]));
    return this.#counts.func++;
  }
  lower(func: number, given: Options): number {
    return this.builtin([0x01, 0x00, u32(func), options(given)]);
  }
  /** A canonical definition that makes a core function. */
  builtin(definition: Bytes): number {
    this.#sections.push(section(8, definition));
    return this.#counts.coreFunc++;
  }

  component(inner: ComponentWriter): number {
    this.#sections.push(nested(...inner.#sections));
    return this.#counts.component++;
  }
  instance(instantiated: number, args: readonly (readonly [name: string, sort: Sort, index: number])[]): number {
    this.#sections.push(section(5, [0x00, u32(instantiated), vec(...args.map(([label, sort, index]) => [name(label), sorts[sort], u32(index)]))]));
    return this.#counts.instance++;
  }
  /** An instance of what there is. */
  bag(exports: readonly (readonly [name: string, sort: Sort, index: number])[]): number {
    this.#sections.push(section(5, [0x01, vec(...exports.map(([label, sort, index]) => [extern(label), sorts[sort], u32(index)]))]));
    return this.#counts.instance++;
  }
  /** What an instance exports. */
  alias(sort: Sort, instance: number, label: string): number {
    this.#sections.push(section(6, [sorts[sort], 0x00, u32(instance), name(label)]));
    return this.#counts[sort]++;
  }
  export(label: string, sort: Sort, index: number): number {
    this.#sections.push(section(11, [extern(label), sorts[sort], u32(index), 0x00]));
    return this.#counts[sort]++;
  }

  finish(): Uint8Array {
    return component(...this.#sections);
  }
}
