/*
 * How long instructions are (core specification, 5.4 Instructions), with the proposals that engines ship: vectors, garbage collection, exceptions,
 * atomics, wide arithmetic.
 */

/** A place in code, which may be moved past the end: there every byte is 0. */
export interface CodePlace {
  readonly bytes: Uint8Array;
  at: number;
}

/**
 * What follows the opcodes up to one, a letter for each thing: `i` an index or another number in LEB128, `t` a type, `m` a place in memory, `1`, `4`,
 * `8`, `v` bytes, the latter 16, `I` and `T` lists, `C` a list of `catch` clauses. Without letters: there are no such instructions.
 */
type Immediates = readonly (readonly [last: number, follows?: string])[];

const single: Immediates = [
  [0x01, ''],
  [0x04, 't'],
  [0x05, ''],
  [0x06, 't'],
  [0x09, 'i'],
  [0x0b, ''],
  [0x0d, 'i'],
  [0x0e, 'Ii'],
  [0x0f, ''],
  [0x10, 'i'],
  [0x11, 'ii'],
  [0x12, 'i'],
  [0x13, 'ii'],
  [0x15, 'i'],
  [0x17],
  [0x18, 'i'],
  [0x1b, ''],
  [0x1c, 'T'],
  [0x1e],
  [0x1f, 'tC'],
  [0x26, 'i'],
  [0x27],
  [0x3e, 'm'],
  [0x42, 'i'],
  [0x43, '4'],
  [0x44, '8'],
  [0xc4, ''],
  [0xcf],
  [0xd0, 't'],
  [0xd1, ''],
  [0xd2, 'i'],
  [0xd4, ''],
  [0xd6, 'i'],
];

/** Those that have a number behind their first byte. */
const prefixed: Readonly<Record<number, Immediates>> = {
  0xfb: [
    [1, 'i'],
    [5, 'ii'],
    [7, 'i'],
    [10, 'ii'],
    [14, 'i'],
    [15, ''],
    [16, 'i'],
    [19, 'ii'],
    [23, 't'],
    [25, '1itt'],
    [30, ''],
  ],
  0xfc: [[7, ''], [8, 'ii'], [9, 'i'], [10, 'ii'], [11, 'i'], [12, 'ii'], [13, 'i'], [14, 'ii'], [17, 'i'], [18], [22, '']],
  0xfd: [
    [11, 'm'],
    [13, 'v'],
    [20, ''],
    [34, '1'],
    [83, ''],
    [91, 'm1'],
    [93, 'm'],
    [0x1ff, ''],
  ],
  0xfe: [[2, 'm'], [3, '1'], [15], [78, 'm']],
};

/** A number in LEB128 at a place; exact below 2^53. */
export function takeLeb(place: CodePlace): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = place.bytes[place.at++] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
  }
}

/** Goes behind a type. */
export function takeType(place: CodePlace): void {
  const prefix = place.bytes[place.at];
  takeLeb(place);
  // A reference to a type that follows.
  if (prefix === 0x63 || prefix === 0x64) takeLeb(place);
}

function take(place: CodePlace, what: string): void {
  switch (what) {
    case 'i':
      takeLeb(place);
      break;
    case 't':
      takeType(place);
      break;
    case 'm': {
      const alignment = takeLeb(place);
      if ((alignment & 0x40) !== 0) takeLeb(place);
      takeLeb(place);
      break;
    }
    case 'I':
      for (let count = takeLeb(place); count > 0 && place.at < place.bytes.length; count--) takeLeb(place);
      break;
    case 'T':
      for (let count = takeLeb(place); count > 0 && place.at < place.bytes.length; count--) takeType(place);
      break;
    case 'C':
      for (let count = takeLeb(place); count > 0 && place.at < place.bytes.length; count--) {
        if (takeLeb(place) < 2) takeLeb(place);
        takeLeb(place);
      }
      break;
    default:
      place.at += what === 'v' ? 16 : Number(what);
  }
}

/**
 * Goes behind an instruction.
 * @returns its opcode, `0xfc_000c` for one of two parts; `undefined` when it is none that is known here
 */
export function takeInstruction(place: CodePlace): number | undefined {
  const first = place.bytes[place.at++] ?? 0;
  const second = prefixed[first] === undefined ? undefined : takeLeb(place);
  const opcode = second ?? first;
  const follows = (prefixed[first] ?? single).find(([last]) => opcode <= last)?.[1];
  if (follows === undefined) return undefined;
  for (const what of follows) take(place, what);
  return second === undefined ? first : first * 0x1_0000 + second;
}
