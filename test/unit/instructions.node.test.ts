import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guestsDir } from '../../scripts/guests/guest.ts';
import { Cursor } from '../../src/core/engine/binary/cursor.ts';
import { takeInstruction, takeLeb, takeType } from '../../src/core/engine/core/instructions.ts';
import { compilePlan } from '../../src/core/engine/plan/compile.ts';

const components = readdirSync(guestsDir).filter((name) => name.endsWith('.wasm') && !name.startsWith('p1-'));

/** The contents of the code sections of a component's core modules. */
function codeSections(bytes: Uint8Array): Uint8Array[] {
  return compilePlan(bytes).modules.flatMap((module) => {
    if (module.kind === 'import') return [];
    const cursor = new Cursor(bytes, module.offset + 8, module.offset + module.size);
    const found: Uint8Array[] = [];
    while (!cursor.done) {
      const id = cursor.u8('a section');
      const content = cursor.part(cursor.u32('a size'), 'a section');
      if (id === 10) found.push(bytes.subarray(content.at, content.end));
    }
    return found;
  });
}

/** Reads a function by its instructions; answers where they end. */
function readFunction(bytes: Uint8Array, at: number): number | undefined {
  const place = { bytes, at };
  for (let locals = takeLeb(place); locals > 0; locals--) {
    takeLeb(place);
    takeType(place);
  }
  while (place.at < bytes.length) if (takeInstruction(place) === undefined) return undefined;
  return place.at;
}

test.each(components)('%s: each function ends where its instructions do', (name) => {
  const wrong: string[] = [];
  for (const code of codeSections(readFileSync(join(guestsDir, name)))) {
    const place = { bytes: code, at: 0 };
    for (let left = takeLeb(place), index = 0; left > 0; left--, index++) {
      const size = takeLeb(place);
      const end = place.at + size;
      if (readFunction(code.subarray(0, end), place.at) !== end) wrong.push(`function ${index}`);
      place.at = end;
    }
    expect(place.at).toBe(code.length);
  }
  expect(wrong).toEqual([]);
});
