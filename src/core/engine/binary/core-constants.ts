import { heapType } from './core-types.ts';
import type { Cursor } from './cursor.ts';

/** Goes behind a constant expression: what a global, a table or a segment begins with. */
export function skipConstant(cursor: Cursor): void {
  for (let opcode = cursor.u8('an instruction'); opcode !== 0x0b; opcode = cursor.u8('an instruction')) skipInstruction(cursor, opcode);
}

function skipInstruction(cursor: Cursor, opcode: number): void {
  switch (opcode) {
    case 0x41:
    case 0x42:
      for (let length = 1; (cursor.u8('a constant') & 0x80) !== 0; length++) if (length === 10) cursor.fail('a constant of at most 10 bytes');
      return;
    case 0x43:
      cursor.part(4, 'an f32');
      return;
    case 0x44:
      cursor.part(8, 'an f64');
      return;
    case 0x23:
    case 0xd2:
      cursor.u32('an index');
      return;
    case 0xd0:
      heapType(cursor);
      return;
    case 0xfb:
      skipAggregate(cursor);
      return;
    case 0xfd:
      if (cursor.u32('an instruction') !== 12) cursor.fail('a constant instruction');
      cursor.part(16, 'a v128');
      return;
    default:
      // i32 and i64 add, sub, mul
      if (!((opcode >= 0x6a && opcode <= 0x6c) || (opcode >= 0x7c && opcode <= 0x7e))) cursor.fail('a constant instruction', cursor.at - 1);
  }
}

/** Instructions that make structs, arrays and other references. */
function skipAggregate(cursor: Cursor): void {
  const opcode = cursor.u32('an instruction');
  const indices = { 0: 1, 1: 1, 6: 1, 7: 1, 8: 2, 26: 0, 27: 0, 28: 0 }[opcode] ?? cursor.fail('a constant instruction');
  for (let index = 0; index < indices; index++) cursor.u32('an index');
}
