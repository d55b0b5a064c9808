import { type CodePlace, takeInstruction, takeLeb, takeType } from './instructions.ts';

/** What a core module's code may do to state of its that costs much to look at, or cannot be seen. */
export interface CodeEffects {
  /** Whether it may change an entry of a table or the length of one. */
  readonly changesTables: boolean;
  /** Whether it may use a segment up, `data.drop` or `elem.drop`. */
  readonly dropsSegments: boolean;
}

const tableSet = 0x26;
/** Before the numbers of instructions that work on many items. */
const bulk = 0xfc;
const tableInstructions: ReadonlySet<number> = new Set([0x0c, 0x0e, 0x0f, 0x11]);
const dropInstructions: ReadonlySet<number> = new Set([0x09, 0x0d]);

/**
 * Finds what code may do. Only functions in which the bytes of such an instruction stand are read, since most of a module has nothing of the kind; what
 * cannot be read may do anything.
 * @param code the contents of a code section
 * @param tables how many tables the module has, imported ones included
 */
export function effectsOf(code: Uint8Array, tables: number): CodeEffects {
  const found = { changesTables: false, dropsSegments: false };
  const place: CodePlace = { bytes: code, at: 0 };
  const nextTableSet = finder(code, tableSet, (table) => table < tables);
  const nextOther = finder(code, bulk, (second) => tableInstructions.has(second) || dropInstructions.has(second));
  let left = takeLeb(place);
  for (;;) {
    const suspect = Math.min(nextTableSet(place.at), nextOther(place.at));
    if (suspect >= code.length) return found;
    let end = place.at;
    while (end <= suspect && left > 0) {
      left--;
      const size = takeLeb(place);
      end = place.at + size;
      if (end <= suspect) place.at = end;
    }
    if (!readFunction({ bytes: code.subarray(0, end), at: place.at }, found)) return { changesTables: true, dropsSegments: true };
    place.at = end;
  }
}

/** Looks for the bytes of an instruction, or what looks like them, from a place on that only moves forward; answers the end when there are no more. */
function finder(code: Uint8Array, first: number, isOne: (second: number) => boolean): (from: number) => number {
  let at = -1;
  return (from) => {
    if (at >= from) return at;
    for (at = code.indexOf(first, from); at >= 0; at = code.indexOf(first, at + 1)) {
      // A number may be written longer than it has to be.
      if (isOne((code[at + 1] ?? 0) & 0x7f)) return at;
    }
    at = code.length;
    return at;
  };
}

/** Adds what a function may do; false when it has something unknown. */
function readFunction(body: CodePlace, found: { changesTables: boolean; dropsSegments: boolean }): boolean {
  const { length } = body.bytes;
  for (let locals = takeLeb(body); locals > 0 && body.at < length; locals--) {
    takeLeb(body);
    takeType(body);
  }
  while (body.at < length) {
    const opcode = takeInstruction(body);
    if (opcode === undefined) return false;
    if (opcode === tableSet) found.changesTables = true;
    else if (opcode >> 16 === bulk) {
      found.changesTables ||= tableInstructions.has(opcode & 0xffff);
      found.dropsSegments ||= dropInstructions.has(opcode & 0xffff);
    }
  }
  return body.at === length;
}
