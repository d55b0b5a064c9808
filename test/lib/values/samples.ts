/** Texts of all the encodings, and of lengths around the steps that a buffer grows by. */
export const texts = [
  '',
  'a',
  'exactly-12ch',
  'thirteen chars',
  'a string of twenty-four.',
  'a string of twenty-five..',
  '\uFEFFbom',
  'grün',
  'ÿ'.repeat(30),
  '\u0080\u009f',
  'Ā',
  'snow ☃ and 🍰',
  '\0',
  'x'.repeat(1000),
  '🍰'.repeat(300),
  'é'.repeat(20_000),
  `${'y'.repeat(16_384)}☃`,
];
/** Texts with lone surrogates. */
export const lone = ['\ud800', 'a\udc00b', '🍰\ud83c', '\udfff\ud800'];
export const chars = ['\0', 'a', '\u0080', 'é', 'ÿ', '\u{d7ff}', '\u{e000}', '☃', '\u{ffff}', '🍰', '\u{10ffff}'];
export const floats = [
  0,
  -0,
  1,
  -1.5,
  Infinity,
  -Infinity,
  NaN,
  2 ** -149,
  2 ** -1074,
  3.4028234663852886e38,
  3.4028235677973366e38,
  16_777_217,
  0.1,
  Number.MAX_VALUE,
];
const ranges: Readonly<Record<string, readonly [bigint, bigint]>> = {
  s8: [-128n, 127n],
  u8: [0n, 255n],
  s16: [-32_768n, 32_767n],
  u16: [0n, 65_535n],
  s32: [-(2n ** 31n), 2n ** 31n - 1n],
  u32: [0n, 2n ** 32n - 1n],
  s64: [-(2n ** 63n), 2n ** 63n - 1n],
  u64: [0n, 2n ** 64n - 1n],
};
/** The arrays that lists of numbers are, by the kind of the number. */
export const typedArrays: Readonly<Record<string, { from(values: unknown[]): unknown }>> = {
  s8: Int8Array,
  u8: Uint8Array,
  s16: Int16Array,
  u16: Uint16Array,
  s32: Int32Array,
  u32: Uint32Array,
  s64: BigInt64Array as never,
  u64: BigUint64Array as never,
  f32: Float32Array,
  f64: Float64Array,
};

/** Items as a list has them: numbers in their typed array. */
export function listOf(element: { readonly kind: string }, items: unknown[]): unknown {
  return typedArrays[element.kind]?.from(items) ?? items;
}

/** The least and the greatest integer of a kind. */
export function integerRange(kind: string): readonly [bigint, bigint] {
  return ranges[kind] ?? [0n, 0n];
}

/** The name of a field or flag in JavaScript. */
export const camel = (label: string): string => label.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
