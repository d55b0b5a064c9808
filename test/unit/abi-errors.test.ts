import { describe, expect, test } from 'vitest';
import { createCodecs } from '../../src/core/engine/abi/codecs.ts';
import type { AbiContext, Codec, CoreValue } from '../../src/core/engine/abi/context.ts';
import { createSignature } from '../../src/core/engine/abi/functions.ts';
import type { TypeDef } from '../../src/core/engine/plan/plan.ts';
import { Trap } from '../../src/core/engine/trap.ts';
import {
  addType,
  bool,
  char,
  enumOf,
  f32,
  FakeContext,
  type FakeOptions,
  fixed,
  flags,
  list,
  option,
  record,
  result,
  string,
  tuple,
  type Tree,
  u32,
  u64,
  u8,
  variant,
} from './abi-support.ts';

function codecOf(tree: Tree): Codec {
  const types: TypeDef[] = [];
  const index = addType(types, tree);
  return createCodecs(types)(index);
}

function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('traps', () => {
  const lift = (tree: Tree, values: CoreValue[], options?: FakeOptions) => (): unknown => codecOf(tree).lift(new FakeContext(options), values, 0);

  test.each<[string, Tree, CoreValue[], string]>([
    ['surrogate', char, [0xd800], 'invalid `char` bit pattern'],
    ['last surrogate', char, [0xdfff], 'invalid `char` bit pattern'],
    ['beyond Unicode', char, [0x110000], 'invalid `char` bit pattern'],
    ['negative char', char, [-1], 'invalid `char` bit pattern'],
    ['enum', enumOf(3), [3], 'invalid variant discriminant: discriminant 3 out of range [0..3)'],
    ['variant', variant({ a: u8, b: null }), [2, 0], 'invalid variant discriminant'],
    ['negative discriminant', result(u8), [-1, 0], 'invalid variant discriminant'],
    ['option', option(u8), [2, 0], 'discriminant 2 out of range [0..2)'],
    ['list out of bounds', list(u32), [65532, 2], 'list content out-of-bounds: list pointer/length out of bounds of memory'],
    ['empty list out of bounds', list(u8), [65537, 0], 'list content out-of-bounds'],
    ['unaligned list', list(u32), [2, 1], 'unaligned pointer: list pointer is not aligned'],
    ['unaligned empty list', list(u64), [4, 0], 'unaligned pointer'],
    ['too long list', list(u64), [0, 2 ** 25], 'list content out-of-bounds'],
    ['length that would wrap', list(u64), [0, 0x20000000], 'list content out-of-bounds'],
    ['string in a list', list(string), [0, 1], 'string content out-of-bounds'],
  ])('%s', (_name, tree, values, message) => {
    const options = { answer: () => 0 };
    const cx = new FakeContext(options);
    cx.memory.view.setUint32(0, 0xdeadbeef, true);
    const error = thrownBy(() => codecOf(tree).lift(cx, values, 0));
    expect(error).toBeInstanceOf(Trap);
    expect(error.message).toContain(message);
  });

  test('an empty list at the end of memory is one', () => {
    expect(lift(list(u32), [65536, 0])()).toEqual(new Uint32Array());
  });

  test('discriminants in memory', () => {
    const cx = new FakeContext();
    const pointer = cx.place(2, 2);
    cx.memory.view.setUint16(pointer, 257, true);
    expect(() => codecOf(enumOf(257)).load(cx, pointer)).toThrow('invalid variant discriminant');
    expect(() => codecOf(option(u8)).load(cx, cx.place(1, 2))).toThrow('invalid variant discriminant');
  });

  test('realloc answers', () => {
    const lower = (tree: Tree, value: unknown, pointer: number) => (): void => codecOf(tree).lower(new FakeContext({ answer: () => pointer }), value, []);
    expect(lower(list(u8), [], 0xffffffff)).toThrow('list content out-of-bounds: realloc return: beyond end of memory');
    expect(lower(list(u32), [1], 2)).toThrow('unaligned pointer: realloc return: result not aligned');
    expect(lower(list(u32), [1, 2], 0xfffffffc)).toThrow('realloc return: beyond end of memory');
  });

  test('few bytes that name the same memory many times', () => {
    const types: TypeDef[] = [];
    const type = addType(types, list(list(u8)));
    const lower = createSignature(createCodecs(types), { async: false, params: [{ name: 'all', type }] }, 'lower');
    const cx = new FakeContext();
    const rows = 5000;
    for (let i = 0; i < rows; i++) {
      cx.memory.view.setUint32(1024 + 8 * i, 0, true);
      cx.memory.view.setUint32(1028 + 8 * i, 60_000, true);
    }
    const error = thrownBy(() => lower.liftParams(cx, [1024, rows]));
    expect(error).toBeInstanceOf(Trap);
    expect(error.message).toContain('parameter 1 (all): more than 268435456 bytes at once');
    // Each crossing counts for itself.
    for (let call = 0; call < 3; call++) expect((lower.liftParams(cx, [1024, 2000])[0] as unknown[]).length).toBe(2000);
  });

  test('areas of parameters and results', () => {
    const types: TypeDef[] = [];
    const wide = addType(types, fixed(u32, 17));
    const text = addType(types, string);
    const codecs = createCodecs(types);
    const func = { async: false, params: [{ name: 'a', type: wide }], result: text };
    const lower = createSignature(codecs, func, 'lower');
    const lift = createSignature(codecs, func, 'lift');
    const cx: AbiContext = new FakeContext();
    expect(() => lower.liftParams(cx, [2, 0])).toThrow('unaligned pointer: pointer not aligned');
    expect(() => lower.liftParams(cx, [65536 - 64, 0])).toThrow('pointer out of bounds of memory');
    expect(() => lower.lowerResult(cx, '', 2)).toThrow('unaligned pointer');
    expect(() => lower.lowerResult(cx, '', -4)).toThrow('pointer out of bounds of memory');
    expect(() => lift.liftResult(cx, 1)).toThrow('unaligned pointer');
    expect(() => lift.liftResult(cx, 65532)).toThrow('pointer out of bounds of memory');
    expect(() => lift.lowerParams(new FakeContext({ answer: () => 2 }), [Array.from({ length: 17 }, () => 0)])).toThrow('unaligned pointer');
  });
});

describe('values of the host that do not fit', () => {
  test.each<[string, Tree, unknown, string]>([
    ['string for u64', u64, '5', 'expected u64 as bigint, got string'],
    ['fraction for u64', u64, 1.5, 'expected u64 as bigint, got number 1.5'],
    ['negative u64', u64, -1n, 'expected u64 as bigint, got bigint -1'],
    ['too large u64', u64, 2n ** 64n, 'expected u64 as bigint'],
    ['too large s64', { kind: 's64' }, 2n ** 63n, 'expected s64 as bigint'],
    ['too large u8', u8, 256, 'expected u8 as number, got number 256'],
    ['negative u8', u8, -1, 'expected u8 as number'],
    ['fraction', u32, 0.5, 'expected u32 as number'],
    ['too large u32', u32, 2 ** 32, 'expected u32 as number'],
    ['NaN', { kind: 's32' }, NaN, 'expected s32 as number, got number NaN'],
    ['bigint for u32', u32, 1n, 'expected u32 as number, got bigint 1'],
    ['too large s8', { kind: 's8' }, 128, 'expected s8 as number'],
    ['too large s16', { kind: 's16' }, -32769, 'expected s16 as number'],
    ['nothing', u8, undefined, 'expected u8 as number, got undefined'],
    ['number for bool', bool, 1, 'expected bool as boolean, got number 1'],
    ['string for f32', f32, '1', 'expected f32 as number, got string'],
    ['two characters', char, 'ab', 'expected char as string of one character, got string'],
    ['no character', char, '', 'expected char'],
    ['number for string', string, 5, 'expected string, got number 5'],
    ['null for string', string, null, 'expected string, got null'],
    ['string for list', list(char), 'abc', 'expected list, got string'],
    ['element', list(u8), [1, 2, 300], '[2]: expected u8 as number, got number 300'],
    ['short fixed list', fixed(u8, 3), [1, 2], 'expected list of 3, got array of 2'],
    ['short tuple', tuple(u8, u8), [1], 'expected tuple as array of 2, got array of 1'],
    ['tuple item', tuple(u8, string), [1, 2], '[1]: expected string, got number 2'],
    ['number for record', record({ a: u8 }), 5, 'expected record as object, got number 5'],
    ['missing field', record({ 'a-field': u8 }), {}, '.aField: expected u8 as number, got undefined'],
    ['deep', record({ a: list(record({ b: option(tuple(u8, u64)) })) }), { a: [{}, { b: [1, 'x'] }] }, '.a[1].b[1]: expected u64 as bigint, got string'],
    ['unknown tag', variant({ a: null, b: u8 }), { tag: 'c' }, 'expected variant with tag of a, b, got string'],
    ['payload', variant({ a: null, b: u8 }), { tag: 'b' }, '.val: expected u8 as number, got undefined'],
    ['string for variant', variant({ a: null }), 'a', 'expected variant as object with tag, got string'],
    ['result', result(u8), 5, 'expected result as object with tag, got number 5'],
    ['untagged option of option', option(option(u8)), 5, 'expected option as object with tag'],
    ['enum', enumOf(2), 'case-2', 'expected one of case-0, case-1, got string'],
    ['flag', flags(1), { flag0: 1 }, '.flag0: expected boolean, got number 1'],
    ['map', { kind: 'map', key: u8, value: u8 }, { a: 1 }, 'expected map as Map, got object'],
    ['value of a map', { kind: 'map', key: u8, value: string }, new Map([[1, 2]]), '[0][1]: expected string'],
  ])('%s', (_name, tree, value, message) => {
    const codec = codecOf(tree);
    const byFlat = thrownBy(() => codec.lower(new FakeContext(), value, []));
    expect(byFlat).toBeInstanceOf(TypeError);
    expect(byFlat.message).toContain(message);
    const cx = new FakeContext();
    expect(thrownBy(() => codec.store(cx, value, cx.place(codec.align, codec.size))).message).toBe(byFlat.message);
  });

  test('the message says which parameter', () => {
    const types: TypeDef[] = [];
    const options = addType(types, record({ timeout: u64 }));
    const name = addType(types, string);
    const wide = addType(types, fixed(u8, 17));
    const codecs = createCodecs(types);
    const func = { async: false, params: [name, options].map((type, i) => ({ name: ['name', 'options'][i] as string, type })), result: options };
    const expected = 'parameter 2 (options).timeout: expected u64 as bigint, got string';
    const args = ['n', { timeout: '5' }];
    expect(() => createSignature(codecs, func, 'lift').lowerParams(new FakeContext(), args)).toThrow(expected);
    const spilled = { ...func, params: [...func.params, { name: 'wide', type: wide }] };
    expect(() => createSignature(codecs, spilled, 'lift').lowerParams(new FakeContext(), args)).toThrow(expected);
    expect(() => createSignature(codecs, func, 'lower').lowerResult(new FakeContext(), {}, 0)).toThrow('result.timeout: expected u64 as bigint, got undefined');
  });

  test('a lone surrogate is U+FFFD as char too', () => {
    const values: CoreValue[] = [];
    codecOf(char).lower(new FakeContext(), '\ud800', values);
    expect(values).toEqual([0xfffd]);
  });
});

describe('codecs', () => {
  test('each type has one', () => {
    const types: TypeDef[] = [{ kind: 'u8' }, { kind: 'list', element: 0 }];
    const codecs = createCodecs(types);
    expect(codecs(1)).toBe(codecs(1));
    expect(() => codecs(2)).toThrow('no type has index 2');
  });

  test('types that contain themselves are refused, not followed', () => {
    const codecs = createCodecs([
      { kind: 'list', element: 1 },
      { kind: 'option', some: 0 },
    ]);
    expect(() => codecs(0)).toThrow('contains itself');
  });
});
