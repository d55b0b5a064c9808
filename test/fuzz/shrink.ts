import { readSections, type Section, writeSections } from './sections.ts';

/** A component without what it does not need to fail: sections are left out one after the other while `fails` says that it still does. */
export async function shrink(bytes: Uint8Array, fails: (smaller: Uint8Array) => Promise<boolean>): Promise<Uint8Array> {
  let best = bytes;
  for (let removed = true; removed;) {
    removed = false;
    for (let at = 0; ; at++) {
      const smaller = without(best, at);
      if (smaller === undefined) break;
      if (!(await fails(smaller))) continue;
      best = smaller;
      removed = true;
      at--;
    }
  }
  return best;
}

/** The component without its section of this number, counted in the order they are written; `undefined` when there are not as many. */
function without(bytes: Uint8Array, number: number): Uint8Array | undefined {
  let left = number;
  const remove = (sections: readonly Section[]): Section[] =>
    sections.flatMap((section): Section[] => {
      if (left-- === 0) return [];
      return 'sections' in section ? [{ id: section.id, sections: remove(section.sections) }] : [section];
    });
  const smaller = writeSections(remove(readSections(bytes)));
  return left < 0 && smaller.length < bytes.length ? smaller : undefined;
}
