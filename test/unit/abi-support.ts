import { defaultLimits } from '../../src/core/engine/limits.ts';
import type { AbiContext, Memory } from '../../src/core/engine/abi/context.ts';
import type { TypeDef } from '../../src/core/engine/plan/plan.ts';
import type { Tree } from './abi-tree.ts';

export type { Tree } from './abi-tree.ts';

/** Appends the definitions of a tree; the answer is the tree's index. */
export function addType(types: TypeDef[], tree: Tree): number {
  const add = (inner: Tree): number => addType(types, inner);
  const optional = <K extends string>(key: K, inner: Tree | undefined): Partial<Record<K, number>> =>
    inner === undefined ? {} : ({ [key]: add(inner) } as Partial<Record<K, number>>);
  return types.push(define()) - 1;

  function define(): TypeDef {
    switch (tree.kind) {
      case 'record':
        return { kind: 'record', fields: tree.fields.map(({ name, type }) => ({ name, type: add(type) })) };
      case 'variant':
        return { kind: 'variant', cases: tree.cases.map(({ name, type }) => ({ name, ...optional('type', type) })) };
      case 'list':
        return { kind: 'list', element: add(tree.element) };
      case 'fixed-list':
        return { kind: 'fixed-list', element: add(tree.element), length: tree.length };
      case 'map':
        return { kind: 'map', key: add(tree.key), value: add(tree.value) };
      case 'tuple':
        return { kind: 'tuple', items: tree.items.map(add) };
      case 'option':
        return { kind: 'option', some: add(tree.some) };
      case 'result':
        return { kind: 'result', ...optional('ok', tree.ok), ...optional('err', tree.err) };
      default:
        return tree as TypeDef;
    }
  }
}

class LiveMemory implements Memory {
  readonly memory: WebAssembly.Memory;
  #bytes: Uint8Array = new Uint8Array();
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
  }
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#renew();
    return this.#bytes;
  }
  get view(): DataView {
    if (this.#bytes.length === 0) this.#renew();
    return this.#view;
  }
  #renew(): void {
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#view = new DataView(this.memory.buffer);
  }
}

/** One call of a guest's realloc. */
export type ReallocCall = readonly [old: number, oldSize: number, align: number, size: number];

export interface FakeOptions {
  readonly encoding?: AbiContext['encoding'];
  /** Every so many calls of realloc the memory grows, and all views of it die. */
  readonly growEvery?: number;
  /** What realloc answers instead, by call. */
  readonly answer?: (call: number, honest: number) => number;
}

/** A guest's side of calls over a real memory. Its resources, streams and so on are objects that say what they are. */
export class FakeContext implements AbiContext {
  readonly memory: LiveMemory;
  readonly encoding: AbiContext['encoding'];
  readonly calls: ReallocCall[] = [];
  readonly most: number = defaultLimits.callBytes;
  left: number = this.most;
  readonly #options: FakeOptions;
  #next = 1024;

  constructor(options: FakeOptions = {}) {
    this.#options = options;
    this.encoding = options.encoding ?? 'utf8';
    this.memory = new LiveMemory(new WebAssembly.Memory({ initial: 1 }));
  }

  realloc(old: number, oldSize: number, align: number, size: number): number {
    this.calls.push([old, oldSize, align, size]);
    const { growEvery, answer } = this.#options;
    if (growEvery !== undefined && this.calls.length % growEvery === 0) this.memory.memory.grow(1);
    const pointer = this.#allocate(old, oldSize, align, size);
    return answer === undefined ? pointer : answer(this.calls.length, pointer);
  }

  #allocate(old: number, oldSize: number, align: number, size: number): number {
    if (old !== 0 && size <= oldSize) return old;
    // One further than needed, so that nothing is aligned by accident.
    this.#next = Math.ceil((this.#next + 1) / align) * align;
    const pointer = this.#next;
    this.#next += size;
    const missing = this.#next - this.memory.bytes.length;
    if (missing > 0) this.memory.memory.grow(Math.ceil(missing / 65536));
    this.memory.bytes.fill(0xcc, pointer, pointer + size);
    if (old !== 0) this.memory.bytes.copyWithin(pointer, old, old + oldSize);
    return pointer;
  }

  /** A place of the test's own. */
  place(align: number, size: number): number {
    return this.#allocate(0, 0, align, size);
  }

  liftOwn(resource: number, handle: number): unknown {
    return { own: resource, handle };
  }
  lowerOwn(_resource: number, value: unknown): number {
    return (value as { handle: number }).handle;
  }
  liftBorrow(resource: number, handle: number): unknown {
    return { borrow: resource, handle };
  }
  lowerBorrow(_resource: number, value: unknown): number {
    return (value as { handle: number }).handle;
  }
  liftStream(_type: number, handle: number): unknown {
    return { stream: true, handle };
  }
  lowerStream(_type: number, value: unknown): number {
    return (value as { handle: number }).handle;
  }
  liftFuture(_type: number, handle: number): unknown {
    return { future: true, handle };
  }
  lowerFuture(_type: number, value: unknown): number {
    return (value as { handle: number }).handle;
  }
  liftErrorContext(handle: number): unknown {
    return { errorContext: true, handle };
  }
  lowerErrorContext(value: unknown): number {
    return (value as { handle: number }).handle;
  }
}

export const u8: Tree = { kind: 'u8' };
export const u16: Tree = { kind: 'u16' };
export const u32: Tree = { kind: 'u32' };
export const u64: Tree = { kind: 'u64' };
export const f32: Tree = { kind: 'f32' };
export const f64: Tree = { kind: 'f64' };
export const bool: Tree = { kind: 'bool' };
export const char: Tree = { kind: 'char' };
export const string: Tree = { kind: 'string' };
export const list = (element: Tree): Tree => ({ kind: 'list', element });
export const fixed = (element: Tree, length: number): Tree => ({ kind: 'fixed-list', element, length });
export const option = (some: Tree): Tree => ({ kind: 'option', some });
export const tuple = (...items: Tree[]): Tree => ({ kind: 'tuple', items });
export const record = (fields: Record<string, Tree>): Tree => ({ kind: 'record', fields: Object.entries(fields).map(([name, type]) => ({ name, type })) });
export const variant = (cases: Record<string, Tree | null>): Tree => ({
  kind: 'variant',
  cases: Object.entries(cases).map(([name, type]) => (type === null ? { name } : { name, type })),
});
export const result = (ok?: Tree, err?: Tree): Tree => ({ kind: 'result', ...(ok && { ok }), ...(err && { err }) });
export const flags = (count: number): Tree => ({ kind: 'flags', names: Array.from({ length: count }, (_, i) => `flag-${i}`) });
export const enumOf = (count: number): Tree => ({ kind: 'enum', names: Array.from({ length: count }, (_, i) => `case-${i}`) });
