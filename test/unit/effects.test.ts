import { describe, expect, test } from 'vitest';
import { effectsOf } from '../../src/core/engine/core/effects.ts';
import { type Bytes, flat, u32, vec } from './engine-bytes.ts';

/** The contents of a code section: each body gets no locals and its end. */
function codeOf(...bodies: Bytes[]): Uint8Array {
  return Uint8Array.from(
    flat([
      u32(bodies.length),
      ...bodies.map((body) => {
        const bytes = flat([0x00, body, 0x0b]);
        return [u32(bytes.length), bytes];
      }),
    ]),
  );
}

const nothing = { changesTables: false, dropsSegments: false };
const tableSet: Bytes = [0x41, 0x00, 0xd0, 0x70, 0x26, 0x00];

describe('what code may do to state', () => {
  test.each([
    ['table.set', [0x26, 0x00], { ...nothing, changesTables: true }],
    ['table.set with a long index', [0x26, 0x80, 0x80, 0x80, 0x80, 0x00], { ...nothing, changesTables: true }],
    ['table.init', [0xfc, 0x0c, 0x00, 0x00], { ...nothing, changesTables: true }],
    ['table.copy', [0xfc, 0x0e, 0x00, 0x00], { ...nothing, changesTables: true }],
    ['table.grow', [0xfc, 0x0f, 0x00], { ...nothing, changesTables: true }],
    ['table.fill', [0xfc, 0x11, 0x00], { ...nothing, changesTables: true }],
    ['table.fill with a long number', [0xfc, 0x91, 0x80, 0x00, 0x00], { ...nothing, changesTables: true }],
    ['data.drop', [0xfc, 0x09, 0x00], { ...nothing, dropsSegments: true }],
    ['elem.drop', [0xfc, 0x0d, 0x00], { ...nothing, dropsSegments: true }],
    ['elem.drop with a long number', [0xfc, 0x8d, 0x00, 0x00], { ...nothing, dropsSegments: true }],
  ] as [string, Bytes, object][])('%s is found, also behind other functions', (_what, body, expected) => {
    expect(effectsOf(codeOf(body), 1)).toEqual(expected);
    expect(
      effectsOf(
        codeOf(
          [0x01],
          Array.from({ length: 300 }, () => 0x01),
          body,
          [0x01],
        ),
        1,
      ),
    ).toEqual(expected);
  });

  test.each([
    ['a constant', [0x41, 0x26, 0x00]],
    ['a constant of 64 bits', [0x42, 0x26, 0x00]],
    ['a floating-point constant', [0x43, 0x26, 0x00, 0x26, 0x00]],
    ['a double one', [0x44, 0x26, 0x00, 0xfc, 0x0c, 0x26, 0x00, 0x26, 0x00]],
    ['a vector', [0xfd, 0x0c, 0x26, 0x00, 0xfc, 0x0c, ...Array.from({ length: 12 }, () => 0x26)]],
    ['the number of a function', [0x10, 0x26, 0x00]],
    ['a place in memory', [0x28, 0x02, 0x26, 0x00]],
    ['a place in another memory', [0x28, 0x42, 0x01, 0x26, 0x00]],
    ['a lane', [0xfd, 0x15, 0x26, 0x00]],
    ['the targets of a branch', [0x0e, 0x02, 0x26, 0x00, 0x26, 0x00]],
    ['the types of a choice', [0x1c, 0x02, 0x63, 0x26, 0x64, 0x26, 0x00]],
    ['what is caught', [0x1f, 0x40, 0x02, 0x00, 0x26, 0x00, 0x02, 0x26, 0x00, 0x0b]],
    ['the type of a block', [0x02, 0x64, 0x26, 0x00, 0x0b]],
    ['a cast', [0xfb, 0x18, 0x00, 0x26, 0x00, 0x26, 0x00]],
    ['an atomic access', [0xfe, 0x10, 0x02, 0x26, 0x00]],
  ] as [string, Bytes][])('bytes of %s are not taken for an instruction', (_what, body) => {
    expect(effectsOf(codeOf(body), 0x27)).toEqual(nothing);
    // What comes behind it is read as it is.
    expect(effectsOf(codeOf([body, tableSet]), 0x27)).toEqual({ ...nothing, changesTables: true });
  });

  test('locals are passed over', () => {
    const body = flat([vec([0x26, 0x7f], [0x00, 0x64, 0x26]), 0x41, 0x26, 0x00, 0x0b]);
    expect(effectsOf(Uint8Array.from(flat([u32(1), u32(body.length), body])), 0x27)).toEqual(nothing);
  });

  test('without tables nothing is a change of one', () => {
    expect(effectsOf(codeOf([0x41, 0x26, 0x00]), 0)).toEqual(nothing);
    expect(effectsOf(new Uint8Array(0), 1)).toEqual(nothing);
  });

  test('an instruction that is not known may do anything', () => {
    expect(effectsOf(codeOf([0x27, 0x26, 0x00]), 1)).toEqual({ changesTables: true, dropsSegments: true });
    expect(effectsOf(codeOf([0xfc, 0x40, 0x26, 0x00]), 1)).toEqual({ changesTables: true, dropsSegments: true });
  });

  test('code that ends within an instruction may do anything', () => {
    expect(effectsOf(Uint8Array.from([1, 3, 0, 0x26, 0x00].concat(0x41).slice(0, 5)), 1)).toEqual({ ...nothing, changesTables: true });
    expect(effectsOf(Uint8Array.from([1, 4, 0, 0x26, 0x00, 0x44]), 1)).toEqual({ changesTables: true, dropsSegments: true });
  });
});
