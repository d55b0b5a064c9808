import { describe, expect, test } from 'vitest';
import { exposeModule } from '../../src/core/engine/core/expose.ts';
import { type Bytes, flat, section } from './engine-bytes.ts';

const bytesOf = (...sections: Bytes[]): Uint8Array => Uint8Array.from(flat([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...sections]));

const [i32, i64, f64, v128, funcref, externref, exnref] = [0x7f, 0x7e, 0x7c, 0x7b, 0x70, 0x6f, 0x69];
/** A mutable global of a type, with its first value. */
const global = (type: number, ...value: number[]): Bytes => [type, 1, value, 0x0b];
const ones: Bytes = [0xfd, 0x0c, Array.from({ length: 16 }, () => 1)];
const vector = global(v128, ...flat(ones));

/** What a program reads of a module's state, when it is made an instance of. */
function read(module: Uint8Array): { complete: boolean; values: unknown[] } {
  const { bytes, state } = exposeModule(module);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
  const globals = state.globals.map((name) => (exports[name] as WebAssembly.Global).value as unknown);
  const tables = state.tables.map((name) => (exports[name] as WebAssembly.Table).get(0) as unknown);
  const memories = state.memories.map((name) => (exports[name] as WebAssembly.Memory).buffer.byteLength);
  return { complete: state.complete, values: [...globals, ...tables, ...memories] };
}

describe('the state of a core module', () => {
  test('is exported whole: memories, tables and mutable globals', () => {
    const module = bytesOf(
      section(4, [funcref, 0, 1], [externref, 0, 1]),
      section(5, [0, 2]),
      section(6, global(i32, 0x41, 5), [i32, 0, 0x41, 9, 0x0b], global(i64, 0x42, 6), global(f64, 0x44, 0, 0, 0, 0, 0, 0, 0, 0), global(externref, 0xd0, 0x6f)),
    );
    expect(read(module)).toEqual({ complete: true, values: [5, 6n, 0, null, null, null, 131_072] });
  });

  test.each([
    ['a vector in a global', [section(6, vector, global(i32, 0x41, 5))], [5]],
    ['an exception in a global', [section(6, global(exnref, 0xd0, 0x69), global(i32, 0x41, 5))], [5]],
    ['a table of exceptions', [section(4, [exnref, 0, 1], [funcref, 0, 1])], [null]],
    ['a table of exceptions by another name', [section(4, [0x63, 0x69, 0, 1], [funcref, 0, 1])], [null]],
  ] as [string, Bytes[], unknown[]][])('is not complete with %s, which JavaScript cannot read; the rest of it is there', (_what, sections, values) => {
    expect(read(bytesOf(...sections))).toEqual({ complete: false, values });
  });

  test('is complete with a constant of such a type', () => {
    expect(read(bytesOf(section(6, [v128, 0, ones, 0x0b]))).complete).toBe(true);
  });
});
