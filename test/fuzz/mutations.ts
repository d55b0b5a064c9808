import { mutate } from '../lib/mutate.ts';
import type { Random } from '../lib/random.ts';
import { readSections, type Section, withCode, writeSections } from './sections.ts';

/** A damaged copy of a component: of its bytes, or of what they say. `others` may lend it sections. */
export function damage(bytes: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  if (random.chance(0.1)) return mutate(bytes, (below) => random.below(below));
  if (random.chance(0.4)) return writeSections(damageCode(readSections(bytes), random));
  let sections = readSections(bytes);
  for (
    let times = random.weighted([
      [3, 1],
      [1, 2],
      [1, 4],
    ]);
    times > 0;
    times--
  )
    sections = damageOne(sections, others, random);
  return writeSections(sections);
}

/** Other code in one of the core modules. */
function damageCode(sections: readonly Section[], random: Random): Section[] {
  const places = sections.flatMap(({ id }, index) => (id === 1 || id === 4 ? [index] : []));
  if (places.length === 0) return [...sections];
  const at = random.pick(places);
  const section = sections[at];
  if (section === undefined) return [...sections];
  if ('sections' in section) return sections.with(at, { id: section.id, sections: damageCode(section.sections, random) });
  return sections.with(at, { id: section.id, bytes: withCode(section.bytes, (code) => tweak(code, random)) });
}

function damageOne(sections: readonly Section[], others: readonly Uint8Array[], random: Random): Section[] {
  // Types and names are most of a component; what is made of them is damaged as often.
  const wiring = sections.flatMap(({ id }, index) => (id === 2 || id === 5 || id === 6 || id === 8 ? [index] : []));
  const at = wiring.length > 0 && random.chance(0.5) ? random.pick(wiring) : random.below(sections.length + 1);
  const section = sections[at];
  if (section === undefined) return [...sections, borrowed(others, random)];
  if ('sections' in section && random.chance(0.7)) return sections.with(at, { id: section.id, sections: damageOne(section.sections, others, random) });
  const change = random.weighted<() => Section[]>([
    [1, () => sections.toSpliced(at, 1)],
    [1, () => sections.toSpliced(at, 0, section)],
    [1, () => sections.toSpliced(at, 1).toSpliced(random.below(sections.length), 0, section)],
    [1, () => sections.toSpliced(at, 0, borrowed(others, random))],
    [20, () => ('bytes' in section ? sections.with(at, { id: section.id, bytes: tweak(section.bytes, random) }) : [...sections])],
  ]);
  return change();
}

function borrowed(others: readonly Uint8Array[], random: Random): Section {
  const sections = readSections(random.pick(others));
  return sections[random.below(sections.length)] ?? { id: 0, bytes: Uint8Array.of(0) };
}

/** Small numbers are what sections are made of: counts, indices, opcodes. */
function tweak(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.below(256));
  const changed = new Uint8Array(bytes);
  for (let times = 1 + random.below(2); times > 0; times--) {
    const at = random.below(changed.length);
    const old = changed[at] ?? 0;
    changed[at] = random.weighted([
      [4, old + 1],
      [4, old - 1],
      [3, random.below(16)],
      [1, old ^ (1 << random.below(8))],
      [1, random.below(256)],
    ]);
  }
  return changed;
}
