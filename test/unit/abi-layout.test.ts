import { describe, expect, test } from 'vitest';
import { createCodecs } from '../../src/core/engine/abi/codecs.ts';
import type { Codec, CoreValue } from '../../src/core/engine/abi/context.ts';
import { createSignature } from '../../src/core/engine/abi/functions.ts';
import type { FuncType, TypeDef } from '../../src/core/engine/plan/plan.ts';
import {
  addType,
  bool,
  char,
  enumOf,
  f32,
  f64,
  FakeContext,
  fixed,
  flags,
  list,
  option,
  record,
  result,
  string,
  tuple,
  type Tree,
  u16,
  u32,
  u64,
  u8,
  variant,
} from './abi-support.ts';

function codecOf(tree: Tree, memory64 = false): Codec {
  const types: TypeDef[] = [];
  const index = addType(types, tree);
  return createCodecs(types, { memory64 })(index);
}

/** The bytes that a value is stored as, with those that are not written as 0xcc. */
function stored(tree: Tree, value: unknown): string {
  const cx = new FakeContext();
  const codec = codecOf(tree);
  const pointer = cx.place(codec.align, codec.size);
  codec.store(cx, value, pointer);
  return [...cx.memory.bytes.subarray(pointer, pointer + codec.size)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function lowered(tree: Tree, value: unknown): CoreValue[] {
  const values: CoreValue[] = [];
  codecOf(tree).lower(new FakeContext(), value, values);
  return values;
}

describe('size, alignment and core types', () => {
  test.each<[string, Tree, number, number, string]>([
    ['u8', u8, 1, 1, 'i32'],
    ['char', char, 4, 4, 'i32'],
    ['string', string, 8, 4, 'i32 i32'],
    ['list', list(u64), 8, 4, 'i32 i32'],
    ['fixed list', fixed(u16, 3), 6, 2, 'i32 i32 i32'],
    ['record with gaps', record({ a: u8, b: u64, c: u16 }), 24, 8, 'i32 i64 i32'],
    ['tuple with a tail', tuple(u32, u8), 8, 4, 'i32 i32'],
    ['option', option(u8), 2, 1, 'i32 i32'],
    ['option of 8 bytes', option(u64), 16, 8, 'i32 i64'],
    ['empty result', result(), 1, 1, 'i32'],
    ['i32 and f32 join to i32', result(u32, f32), 8, 4, 'i32 i32'],
    ['i32 and f64 join to i64', result(u32, f64), 16, 8, 'i32 i64'],
    ['f32 and f64 join to i64', result(f32, f64), 16, 8, 'i32 i64'],
    ['cases of several lengths', variant({ a: null, b: string, c: tuple(f32, u64, u8) }), 32, 8, 'i32 i32 i64 i32'],
    ['8 flags', flags(8), 1, 1, 'i32'],
    ['9 flags', flags(9), 2, 2, 'i32'],
    ['17 flags', flags(17), 4, 4, 'i32'],
    ['256 cases', enumOf(256), 1, 1, 'i32'],
    ['257 cases', enumOf(257), 2, 2, 'i32'],
    ['65537 cases', enumOf(65537), 4, 4, 'i32'],
    ['own', { kind: 'own', resource: 0 }, 4, 4, 'i32'],
  ])('%s', (_name, tree, size, align, flat) => {
    const codec = codecOf(tree);
    expect([codec.size, codec.align, codec.flat.join(' ')]).toEqual([size, align, flat]);
  });

  test('pointers of a 64-bit memory', () => {
    const codec = codecOf(record({ a: u8, b: string }), true);
    expect([codec.size, codec.align, codec.flat.join(' ')]).toEqual([24, 8, 'i32 i64 i64']);
  });
});

describe('bytes', () => {
  test.each<[string, Tree, unknown, string]>([
    ['record with gaps', record({ a: u8, 'b-c': u32, d: u16 }), { a: 1, bC: 0x01020304, d: 0xffff }, '01 cc cc cc 04 03 02 01 ff ff cc cc'],
    ['bool', tuple(bool, bool), [true, false], '01 00'],
    ['s16', { kind: 's16' }, -2, 'fe ff'],
    ['s64', { kind: 's64' }, -2n, 'fe ff ff ff ff ff ff ff'],
    ['f32', f32, 1.5, '00 00 c0 3f'],
    ['f64', f64, -0, '00 00 00 00 00 00 00 80'],
    ['char', char, '🍰', '70 f3 01 00'],
    ['some', option(u16), 7, '01 cc 07 00'],
    ['none', option(u16), undefined, '00 cc cc cc'],
    ['null is none', option(u16), null, '00 cc cc cc'],
    ['option of option', option(option(u8)), { tag: 'some', val: undefined }, '01 00 cc'],
    ['three options', option(option(option(u8))), { tag: 'some', val: 5 }, '01 01 01 05'],
    ['err', result(u64, u8), { tag: 'err', val: 9 }, '01 cc cc cc cc cc cc cc 09 cc cc cc cc cc cc cc'],
    ['flags', flags(9), { flag0: true, flag8: true }, '01 01'],
    ['no flags', flags(3), undefined, '00'],
    ['enum', enumOf(257), 'case-256', '00 01'],
    ['fixed list', fixed(u16, 2), [1, 2], '01 00 02 00'],
    ['fixed list of a typed array', fixed(u16, 2), Uint16Array.of(1, 2), '01 00 02 00'],
    ['bigint from number', u64, 2 ** 40, '00 00 00 00 00 01 00 00'],
  ])('%s', (_name, tree, value, bytes) => {
    expect(stored(tree, value)).toBe(bytes);
  });

  test('what a list points to', () => {
    const cx = new FakeContext();
    const pointer = cx.place(4, 8);
    codecOf(list(tuple(u8, u16))).store(
      cx,
      [
        [1, 2],
        [3, 4],
      ],
      pointer,
    );
    expect(cx.calls).toEqual([[0, 0, 2, 8]]);
    const at = cx.memory.view.getUint32(pointer, true);
    expect(cx.memory.view.getUint32(pointer + 4, true)).toBe(2);
    expect([...cx.memory.bytes.subarray(at, at + 8)]).toEqual([1, 0xcc, 2, 0, 3, 0xcc, 4, 0]);
  });

  test.each<[string, unknown]>([
    ['a typed array of another kind', Uint32Array.of(1, 2, 3)],
    ['an array', [1, 2, 3]],
    ['a part of a buffer', Uint8Array.of(0, 1, 2, 3, 4).subarray(1, 4)],
    ['an ArrayBuffer', Uint8Array.of(1, 2, 3).buffer],
  ])('list<u8> takes %s', (_name, value) => {
    const cx = new FakeContext();
    const codec = codecOf(list(u8));
    const values: CoreValue[] = [];
    codec.lower(cx, value, values);
    expect(codec.lift(cx, values, 0)).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('what was lifted is a copy', () => {
    const cx = new FakeContext();
    const codec = codecOf(list(u32));
    const values: CoreValue[] = [];
    codec.lower(
      cx,
      Array.from({ length: 100 }, (_, i) => i),
      values,
    );
    const lifted = codec.lift(cx, values, 0) as Uint32Array;
    cx.memory.bytes.fill(0);
    expect(lifted[99]).toBe(99);
    expect(lifted.buffer.byteLength).toBe(400);
  });
});

describe('core values', () => {
  test.each<[string, Tree, unknown, CoreValue[]]>([
    ['i32 in i64 is zero-extended', result({ kind: 's32' }, u64), { tag: 'ok', val: -1 }, [0, 0xffffffffn]],
    ['f32 in i32 is its bits', result(f32, u32), { tag: 'ok', val: 1 }, [0, 0x3f800000]],
    ['f32 in i64 is its bits', result(f32, f64), { tag: 'ok', val: -1 }, [0, 0xbf800000n]],
    ['f64 in i64 is its bits', result(u64, f64), { tag: 'err', val: 1 }, [1, 0x3ff0000000000000n]],
    ['absent i64 is a bigint', option(u64), undefined, [0, 0n]],
    ['absent f64 is a number', option(tuple(f64, u8)), undefined, [0, 0, 0]],
    ['case with less than others', variant({ a: u8, b: tuple(u64, u64, f32) }), { tag: 'a', val: 3 }, [0, 3n, 0n, 0]],
  ])('%s', (_name, tree, value, expected) => {
    expect(lowered(tree, value)).toEqual(expected);
  });

  test('lifting takes the low bits', () => {
    const cx = new FakeContext();
    const lift = (tree: Tree, value: CoreValue): unknown => codecOf(tree).lift(cx, [value], 0);
    expect(lift(u8, 0xf01)).toBe(1);
    expect(lift({ kind: 's8' }, -1)).toBe(-1);
    expect(lift({ kind: 's8' }, 0x80)).toBe(-128);
    expect(lift(u16, -1)).toBe(0xffff);
    expect(lift({ kind: 's16' }, 0x18000)).toBe(-32768);
    expect(lift(u32, -1)).toBe(0xffffffff);
    expect(lift(u64, -1n)).toBe(2n ** 64n - 1n);
    expect(lift(bool, 2)).toBe(true);
    expect(lift(flags(2), -1)).toEqual({ flag0: true, flag1: true });
  });
});

describe('core signatures', () => {
  const types: TypeDef[] = [];
  const t = {
    u32: addType(types, u32),
    u64: addType(types, u64),
    string: addType(types, string),
    triple: addType(types, tuple(u8, u64, u8)),
    wide: addType(types, fixed(u32, 17)),
  };
  const codecs = createCodecs(types);
  const func = (params: number[], answer?: number): FuncType => ({
    async: false,
    params: params.map((type, i) => ({ name: `p${i}`, type })),
    ...(answer !== undefined && { result: answer }),
  });
  const sixteen = Array.from({ length: 16 }, () => t.u32);
  const asText = (f: FuncType, use: 'lift' | 'async-lift' | 'lower' | 'async-lower' | 'task.return'): string => {
    const { params, results } = createSignature(codecs, f, use as 'lift');
    return `${params.join(' ')} -> ${results.join(' ')}`;
  };

  test.each([
    ['lift', func([t.u64], t.u32), 'i64 -> i32'],
    ['lift', func([], t.string), ' -> i32'],
    ['lift', func(sixteen), `${'i32 '.repeat(16).trim()} -> `],
    ['lift', func([...sixteen, t.u64]), 'i32 -> '],
    ['async-lift', func([t.string], t.string), 'i32 i32 -> i32'],
    ['lower', func([t.u64], t.u64), 'i64 -> i64'],
    ['lower', func([t.u64], t.string), 'i64 i32 -> '],
    ['lower', func([t.wide], t.triple), 'i32 i32 -> '],
    ['async-lower', func([t.string, t.string], t.u32), 'i32 i32 i32 i32 i32 -> i32'],
    ['async-lower', func([t.string, t.string, t.u32]), 'i32 -> i32'],
    ['async-lower', func([]), ' -> i32'],
    ['task.return', func([], t.triple), 'i32 i64 i32 -> '],
    ['task.return', func([], t.wide), 'i32 -> '],
    ['task.return', func([]), ' -> '],
  ] as const)('%s %#', (use, f, expected) => {
    expect(asText(f, use)).toBe(expected);
  });

  test('spilled parameters are where realloc says', () => {
    const cx = new FakeContext();
    const lift = createSignature(codecs, func([t.wide, t.u64]), 'lift');
    const [pointer] = lift.lowerParams(cx, [Array.from({ length: 17 }, (_, i) => i), 5n]);
    expect(cx.calls).toEqual([[0, 0, 8, 80]]);
    expect(cx.memory.view.getUint32((pointer as number) + 64, true)).toBe(16);
    expect(cx.memory.view.getBigUint64((pointer as number) + 72, true)).toBe(5n);
  });

  test('task.return with a pointer', () => {
    const cx = new FakeContext();
    const pointer = cx.place(4, 68);
    codecs(t.wide).store(cx, new Uint32Array(17).fill(7), pointer);
    expect(createSignature(codecs, { result: t.wide }, 'task.return').liftReturn(cx, [pointer])).toEqual(Array.from({ length: 17 }, () => 7));
    expect(createSignature(codecs, {}, 'task.return').liftReturn(cx, [])).toBeUndefined();
  });
});
