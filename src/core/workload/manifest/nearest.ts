/** The one of some names that was probably meant by another, or undefined. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  // Nothing so long is a slip of the pen, and comparing takes time.
  if (name.length > 40) return undefined;
  const plain = simplify(name);
  let nearest: string | undefined;
  // A third of it may be wrong, but never everything.
  let distance = Math.min(Math.ceil(plain.length / 3), 3) + 1;
  for (const candidate of names) {
    const steps = edits(plain, simplify(candidate));
    if (steps < distance) [nearest, distance] = [candidate, steps];
  }
  return nearest;
}

/** Letter case, `snake_case` and `kebab-case` are no differences. */
function simplify(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, '');
}

/** How many letters have to be put in, left out, or changed. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
