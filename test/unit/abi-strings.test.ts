import { describe, expect, test } from 'vitest';
import { createCodecs } from '../../src/core/engine/abi/codecs.ts';
import type { AbiContext, CoreValue } from '../../src/core/engine/abi/context.ts';
import { FakeContext, type FakeOptions, type ReallocCall } from './abi-support.ts';

type Encoding = AbiContext['encoding'];

const forHost = createCodecs([{ kind: 'string' }])(0);
const forGuest = createCodecs([{ kind: 'string' }], { guests: true })(0);
const utf16Tag = 2 ** 31;

/** A guest that has these bytes at an even address. */
function guestWith(encoding: Encoding, bytes: readonly number[] | Uint8Array): { cx: FakeContext; pointer: number } {
  const cx = new FakeContext({ encoding });
  const pointer = cx.place(2, bytes.length);
  cx.memory.bytes.set(bytes, pointer);
  return { cx, pointer };
}

function lift(encoding: Encoding, bytes: readonly number[] | Uint8Array, length: number): unknown {
  const { cx, pointer } = guestWith(encoding, bytes);
  return forHost.lift(cx, [pointer, length], 0);
}

const utf16 = (text: string): number[] => Array.from({ length: text.length }, (_, i) => [text.charCodeAt(i) & 0xff, text.charCodeAt(i) >> 8]).flat();
const latin1 = (text: string): number[] => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

describe('lifting', () => {
  test('a byte order mark is kept', () => {
    expect(lift('utf8', [0xef, 0xbb, 0xbf, 0x61], 4)).toBe('\uFEFFa');
    expect(lift('utf8', [0xef, 0xbb, 0xbf, ...latin1('and some more')], 16)).toBe('\uFEFFand some more');
    expect(lift('utf16', utf16('\uFEFFa'), 2)).toBe('\uFEFFa');
    expect(lift('utf16', utf16(`\uFEFF${'a'.repeat(20)}`), 21)).toBe(`\uFEFF${'a'.repeat(20)}`);
  });

  test('Latin-1 is not windows-1252', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(lift('latin1+utf16', all, 256)).toBe(String.fromCharCode(...all));
  });

  test('the tag says UTF-16', () => {
    expect(lift('latin1+utf16', utf16('☃🍰'), utf16Tag + 3)).toBe('☃🍰');
    expect(lift('latin1+utf16', utf16('☃🍰'), (utf16Tag + 3) | 0)).toBe('☃🍰');
  });

  test.each<[string, Encoding, number[], number, string]>([
    ['a byte that is never UTF-8', 'utf8', [0xff], 1, 'invalid utf-8'],
    ['a byte that continues nothing', 'utf8', [0x61, 0x80], 2, 'invalid utf-8 sequence of 1 bytes from index 1'],
    ['an overlong form', 'utf8', [0xe0, 0x80, 0x80], 3, 'invalid utf-8'],
    ['an encoded surrogate', 'utf8', [0xed, 0xa0, 0x80], 3, 'invalid utf-8'],
    ['beyond Unicode', 'utf8', [0xf4, 0x90, 0x80, 0x80], 4, 'invalid utf-8'],
    ['a sequence that stops', 'utf8', [0xc3], 1, 'incomplete utf-8 byte sequence'],
    ['a long one that stops', 'utf8', [...latin1('thirteen chars'), 0xe2, 0x98], 16, 'incomplete utf-8 byte sequence from index 14'],
    ['a first half alone', 'utf16', [0x3c, 0xd8], 1, 'invalid utf-16'],
    ['a second half alone', 'utf16', [...utf16('a'.repeat(20)), 0x70, 0xdf], 21, 'invalid utf-16'],
  ])('traps for %s', (_name, encoding, bytes, length, message) => {
    expect(() => lift(encoding, bytes, length)).toThrow(message);
  });

  test('pointers', () => {
    const cx = (encoding: Encoding): FakeContext => new FakeContext({ encoding });
    const at = (encoding: Encoding, pointer: number, length: number) => (): unknown => forHost.lift(cx(encoding), [pointer, length], 0);
    expect(at('utf8', 65536, 0)()).toBe('');
    expect(at('utf8', 65537, 0)).toThrow('string content out-of-bounds: string pointer/length out of bounds of memory');
    expect(at('utf8', 65535, 2)).toThrow('string content out-of-bounds');
    expect(at('utf8', -1, 1)).toThrow('string content out-of-bounds');
    expect(at('utf8', 0, 2 ** 28)).toThrow('string content out-of-bounds');
    expect(at('utf8', 0, -1)).toThrow('string content out-of-bounds');
    expect(at('utf16', 1, 0)).toThrow('unaligned pointer: string pointer not aligned to 2');
    expect(at('latin1+utf16', 1, 0)).toThrow('string pointer not aligned to 2');
    expect(at('latin1+utf16', 1, utf16Tag)).toThrow('unaligned pointer');
    expect(at('utf16', 65530, 4)).toThrow('string content out-of-bounds');
    expect(at('utf16', 0, 2 ** 27)).toThrow('string content out-of-bounds');
  });
});

/** Lowers a string of the host; the answer is what realloc was asked and what is in memory then. */
function lower(text: string, encoding: Encoding): { calls: readonly ReallocCall[]; length: number; bytes: number[] } {
  const cx = new FakeContext({ encoding });
  const values: CoreValue[] = [];
  forHost.lower(cx, text, values);
  const [pointer, length] = values as [number, number];
  const size = encoding === 'utf16' ? 2 * length : length >= utf16Tag ? 2 * (length - utf16Tag) : length;
  return { calls: cx.calls, length, bytes: [...cx.memory.bytes.subarray(pointer, pointer + size)] };
}

describe('lowering strings of the host', () => {
  const texts = ['', 'short', 'x'.repeat(24), 'x'.repeat(25), 'grün', '☃🍰'.repeat(20), 'x'.repeat(20000), '☃'.repeat(20000)];

  test.each(texts)('%# asks once for the exact size', (text) => {
    const bytes = [...new TextEncoder().encode(text)];
    expect(lower(text, 'utf8')).toEqual({ calls: [[0, 0, 1, bytes.length]], length: bytes.length, bytes });
    expect(lower(text, 'utf16')).toEqual({ calls: [[0, 0, 2, 2 * text.length]], length: text.length, bytes: utf16(text) });
    const narrow = !/[^\0-\xff]/.test(text);
    expect(lower(text, 'latin1+utf16')).toEqual(
      narrow
        ? { calls: [[0, 0, 2, text.length]], length: text.length, bytes: latin1(text) }
        : { calls: [[0, 0, 2, 2 * text.length]], length: text.length + utf16Tag, bytes: utf16(text) },
    );
  });

  test('lone surrogates become U+FFFD', () => {
    expect(lower('a\ud83c', 'utf8').bytes).toEqual([0x61, 0xef, 0xbf, 0xbd]);
    expect(lower(`${'a'.repeat(30)}\udf70`, 'utf8').bytes.slice(30)).toEqual([0xef, 0xbf, 0xbd]);
    expect(lower('\udf70\ud83c', 'utf16').bytes).toEqual([0xfd, 0xff, 0xfd, 0xff]);
    expect(lower('\udf70', 'latin1+utf16')).toEqual({ calls: [[0, 0, 2, 2]], length: 1 + utf16Tag, bytes: [0xfd, 0xff] });
  });

  test('realloc answers are checked', () => {
    const lowerInto = (options: FakeOptions) => (): void => forHost.lower(new FakeContext(options), 'ab', []);
    expect(lowerInto({ answer: () => 0xffffffff })).toThrow('string content out-of-bounds: realloc return: beyond end of memory');
    expect(lowerInto({ answer: () => 65535 })).toThrow('realloc return: beyond end of memory');
    expect(lowerInto({ encoding: 'utf16', answer: () => 0xffffffff })).toThrow('unaligned pointer: realloc return: result not aligned');
    expect(lowerInto({ answer: () => 65534 })).not.toThrow();
  });
});

/** Passes a string from one guest to another. */
function pass(
  from: Encoding,
  bytes: readonly number[],
  length: number,
  to: Encoding,
  options: FakeOptions = {},
): { calls: readonly ReallocCall[]; length: number; text: unknown; host: unknown } {
  const source = guestWith(from, bytes);
  const target = new FakeContext({ ...options, encoding: to });
  const value = forGuest.lift(source.cx, [source.pointer, length], 0);
  const values: CoreValue[] = [];
  forGuest.lower(target, value, values);
  const text = forHost.lift(target, values, 0);
  return { calls: target.calls, length: values[1] as number, text, host: String(value) };
}

describe('from guest to guest', () => {
  const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
  // The second allocation is never in place when it grows: the fake guest moves what is there.
  const at = 1026;

  test.each<[string, Encoding, number[], number, Encoding, ReallocCall[], number]>([
    ['utf8 to utf8', 'utf8', utf8('hö☃'), 6, 'utf8', [[0, 0, 1, 6]], 6],
    ['utf16 to utf16', 'utf16', utf16('hö☃'), 3, 'utf16', [[0, 0, 2, 6]], 3],
    ['latin1 to latin1', 'latin1+utf16', latin1('hö'), 2, 'latin1+utf16', [[0, 0, 2, 2]], 2],
    ['latin1 to utf16', 'latin1+utf16', latin1('hö'), 2, 'utf16', [[0, 0, 2, 4]], 2],
    ['tagged utf16 to utf16', 'latin1+utf16', utf16('h☃'), utf16Tag + 2, 'utf16', [[0, 0, 2, 4]], 2],
    ['ASCII utf16 to utf8', 'utf16', utf16('abc'), 3, 'utf8', [[0, 0, 1, 3]], 3],
    [
      'utf16 to utf8',
      'utf16',
      utf16('hö☃'),
      3,
      'utf8',
      [
        [0, 0, 1, 3],
        [at - 1, 3, 1, 9],
        [at + 3, 9, 1, 6],
      ],
      6,
    ],
    [
      'utf16 of the worst case to utf8',
      'utf16',
      utf16('☃☃'),
      2,
      'utf8',
      [
        [0, 0, 1, 2],
        [at - 1, 2, 1, 6],
      ],
      6,
    ],
    [
      'latin1 to utf8',
      'latin1+utf16',
      latin1('höl'),
      3,
      'utf8',
      [
        [0, 0, 1, 3],
        [at - 1, 3, 1, 6],
        [at + 3, 6, 1, 4],
      ],
      4,
    ],
    [
      'tagged utf16 to utf8',
      'latin1+utf16',
      utf16('ö☃'),
      utf16Tag + 2,
      'utf8',
      [
        [0, 0, 1, 2],
        [at - 1, 2, 1, 6],
        [at + 2, 6, 1, 5],
      ],
      5,
    ],
    ['ASCII utf8 to utf16', 'utf8', utf8('abc'), 3, 'utf16', [[0, 0, 2, 6]], 3],
    [
      'utf8 to utf16',
      'utf8',
      utf8('hö☃'),
      6,
      'utf16',
      [
        [0, 0, 2, 12],
        [at, 12, 2, 6],
      ],
      3,
    ],
    ['ASCII utf8 to latin1', 'utf8', utf8('abc'), 3, 'latin1+utf16', [[0, 0, 2, 3]], 3],
    [
      'utf8 to latin1',
      'utf8',
      utf8('hö'),
      3,
      'latin1+utf16',
      [
        [0, 0, 2, 3],
        [at, 3, 2, 2],
      ],
      2,
    ],
    [
      'utf8 that is no latin1',
      'utf8',
      utf8('hö☃'),
      6,
      'latin1+utf16',
      [
        [0, 0, 2, 6],
        [at, 6, 2, 12],
        [at + 8, 12, 2, 6],
      ],
      utf16Tag + 3,
    ],
    ['utf16 to latin1', 'utf16', utf16('hö'), 2, 'latin1+utf16', [[0, 0, 2, 2]], 2],
    [
      'utf16 that is no latin1',
      'utf16',
      utf16('ö☃'),
      2,
      'latin1+utf16',
      [
        [0, 0, 2, 2],
        [at, 2, 2, 4],
      ],
      utf16Tag + 2,
    ],
    [
      'tagged utf16 narrows',
      'latin1+utf16',
      utf16('AB'),
      utf16Tag + 2,
      'latin1+utf16',
      [
        [0, 0, 2, 4],
        [at, 4, 2, 2],
      ],
      2,
    ],
    ['tagged utf16 stays', 'latin1+utf16', utf16('A☃'), utf16Tag + 2, 'latin1+utf16', [[0, 0, 2, 4]], utf16Tag + 2],
    ['nothing', 'utf8', [], 0, 'latin1+utf16', [[0, 0, 2, 0]], 0],
  ])('%s', (_name, from, bytes, length, to, calls, expected) => {
    const passed = pass(from, bytes, length, to);
    expect(passed.calls).toEqual(calls);
    expect(passed.length).toBe(expected);
    expect(passed.text).toBe(passed.host);
    expect(passed.text).toBe(lift(from, bytes, length));
    expect(pass(from, bytes, length, to, { growEvery: 1 }).text).toBe(passed.host);
  });

  test('each answer of realloc is checked', () => {
    const bad = (from: Encoding, bytes: number[], length: number, to: Encoding) => (): unknown =>
      pass(from, bytes, length, to, { answer: (call, honest) => (call === 1 ? 2 : call === 2 && honest > at + 1 ? 4 : 3) });
    expect(bad('utf8', utf8('àà'), 4, 'utf16')).toThrow('unaligned pointer');
    expect(bad('utf8', utf8('Ë'), 2, 'latin1+utf16')).toThrow('unaligned pointer');
    expect(() => pass('utf8', utf8('hö☃'), 6, 'latin1+utf16', { answer: (call) => [2, 4, 3][call - 1] as number })).toThrow('unaligned pointer');
    expect(() => pass('utf16', utf16('ö'), 1, 'utf8', { answer: (call) => (call === 1 ? 2 : 65535) })).toThrow('string content out-of-bounds');
  });

  test('a string of the host and a string of a guest are lowered by both kinds of codecs', () => {
    const { cx, pointer } = guestWith('utf8', utf8('ö'));
    const target = new FakeContext({ encoding: 'utf16' });
    const values: CoreValue[] = [];
    forHost.lower(target, forGuest.lift(cx, [pointer, 2], 0), values);
    forGuest.lower(target, 'ö', values);
    expect(target.calls).toEqual([
      [0, 0, 2, 4],
      [at, 4, 2, 2],
      [0, 0, 2, 2],
    ]);
  });
});
