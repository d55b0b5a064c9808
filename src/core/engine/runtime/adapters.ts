import type { FlatType } from '../abi/context.ts';

/**
 * Core modules made of constant code around imported functions, where JavaScript alone cannot do it: a call that suspends only if it must, the
 * synchronous knowledge whether a suspendable call has ended, and traps that guests cannot catch.
 */

/** A core signature: at most one result. */
export interface Signature {
  readonly params: readonly FlatType[];
  readonly results: readonly FlatType[];
}

const codes: Readonly<Record<FlatType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };
const nothing: Signature = { params: [], results: [] };

/** A module whose one export traps. */
export function trapModule(): Uint8Array {
  const module = new ModuleWriter();
  module.define('t', nothing, [], [0x00]);
  return module.finish();
}

/**
 * For each signature an export that calls `fast`; if `blocked` then answers a token other than 0, it takes the result of `slow` instead, and
 * tells the token to `resumed` before it goes on. Imports: `fast` by index, `slow` by result type, `state` `blocked` and `resumed`.
 */
export function blockingModule(signatures: readonly Signature[]): Uint8Array {
  const module = new ModuleWriter();
  const blocked = module.import('state', 'blocked', { params: [], results: ['i32'] });
  const resumed = module.import('state', 'resumed', { params: ['i32'], results: [] });
  const slow = new Map<string, number>();
  for (const { results } of signatures) {
    const name = resultName(results);
    if (!slow.has(name)) slow.set(name, module.import('slow', name, { params: [], results }));
  }
  const fast = signatures.map((signature, index) => module.import('fast', String(index), signature));
  signatures.forEach((signature, index) => {
    const { params, results } = signature;
    const token = params.length;
    const result = results.map((_type, at) => token + 1 + at);
    module.define(
      String(index),
      signature,
      ['i32', ...results],
      [
        ...gets(params),
        0x10,
        ...leb(fast[index] ?? 0),
        ...result.flatMap((local) => [0x21, ...leb(local)]),
        0x10,
        ...leb(blocked),
        0x22,
        ...leb(token),
        0x04,
        0x40,
        0x10,
        ...leb(slow.get(resultName(results)) ?? 0),
        ...result.flatMap((local) => [0x21, ...leb(local)]),
        0x20,
        ...leb(token),
        0x10,
        ...leb(resumed),
        0x0b,
        ...result.flatMap((local) => [0x20, ...leb(local)]),
      ],
    );
  });
  return module.finish();
}

/**
 * For each signature an export that calls `entry` and tells `done` before it returns what `entry` did: whoever calls it through
 * `WebAssembly.promising` knows at once whether it has ended. Imports: `entry` by index, `done` by result type.
 */
export function entryModule(signatures: readonly Signature[]): Uint8Array {
  const module = new ModuleWriter();
  const done = new Map<string, number>();
  for (const { results } of signatures) {
    const name = resultName(results);
    if (!done.has(name)) done.set(name, module.import('done', name, { params: results, results: [] }));
  }
  const entry = signatures.map((signature, index) => module.import('entry', String(index), signature));
  signatures.forEach((signature, index) => {
    const { params, results } = signature;
    const result = results.map((_type, at) => params.length + at);
    module.define(String(index), signature, results, [
      ...gets(params),
      0x10,
      ...leb(entry[index] ?? 0),
      ...result.flatMap((local) => [0x22, ...leb(local)]),
      0x10,
      ...leb(done.get(resultName(results)) ?? 0),
      ...result.flatMap((local) => [0x20, ...leb(local)]),
    ]);
  });
  return module.finish();
}

/** The name under which functions of one result type are imported. */
export function resultName(results: readonly FlatType[]): string {
  return results[0] ?? 'none';
}

function gets(params: readonly FlatType[]): number[] {
  return params.flatMap((_type, index) => [0x20, ...leb(index)]);
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value & 0x7f;
    value >>>= 7;
    bytes.push(value === 0 ? low : low | 0x80);
  } while (value !== 0);
  return bytes;
}

/** Writes a core module of imported and defined functions. */
class ModuleWriter {
  readonly #types: number[][] = [];
  readonly #typeIndices = new Map<string, number>();
  readonly #imports: number[][] = [];
  readonly #functions: number[][] = [];
  readonly #exports: number[][] = [];
  readonly #bodies: number[][] = [];

  #type({ params, results }: Signature): number {
    const key = `${params.join()}>${results.join()}`;
    const known = this.#typeIndices.get(key);
    if (known !== undefined) return known;
    const index =
      this.#types.push([0x60, ...leb(params.length), ...params.map((type) => codes[type]), ...leb(results.length), ...results.map((type) => codes[type])]) - 1;
    this.#typeIndices.set(key, index);
    return index;
  }
  import(module: string, name: string, signature: Signature): number {
    return this.#imports.push([...text(module), ...text(name), 0x00, ...leb(this.#type(signature))]) - 1;
  }
  define(name: string, signature: Signature, locals: readonly FlatType[], code: readonly number[]): void {
    const index = this.#imports.length + this.#functions.push(leb(this.#type(signature))) - 1;
    this.#exports.push([...text(name), 0x00, ...leb(index)]);
    const body = [...leb(locals.length), ...locals.flatMap((type) => [0x01, codes[type]]), ...code, 0x0b];
    this.#bodies.push([...leb(body.length), ...body]);
  }
  finish(): Uint8Array {
    const sections: [number, number[][]][] = [
      [1, this.#types],
      [2, this.#imports],
      [3, this.#functions],
      [7, this.#exports],
      [10, this.#bodies],
    ];
    const body = sections.flatMap(([id, items]) => {
      const content = [...leb(items.length), ...items.flat()];
      return [id, ...leb(content.length), ...content];
    });
    return Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...body]);
  }
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...leb(bytes.length), ...bytes];
}
