import type { ComponentInterface } from '../engine/interface.ts';
import { HostlingError } from '../errors.ts';

/** A component of a workload, as far as linking looks at it. */
export interface Linkable {
  readonly name: string;
  readonly interface: ComponentInterface;
}

/**
 * Finds which components of a workload serve which imports of the others. Names are compared as they are, version included. What the host serves in any case
 * is not looked for; what several others export is a mistake only where it is imported.
 * @param served whether the host itself serves an import of this name
 * @returns for each component which of the others serves an import, by the import's name
 * @throws HostlingError `import-unserved` for an import that several serve, and for components that import from one another in a circle
 */
export function findSiblings(components: readonly Linkable[], served: (name: string) => boolean): readonly ReadonlyMap<string, number>[] {
  const exporters = new Map<string, number[]>();
  components.forEach(({ interface: { exports } }, index) => {
    for (const { name, kind } of exports) if (kind === 'instance') exporters.set(name, [...(exporters.get(name) ?? []), index]);
  });
  const links = components.map(({ name, interface: { imports } }, index) => {
    const found = new Map<string, number>();
    for (const { name: imported, kind } of imports) {
      if (kind !== 'instance' || served(imported)) continue;
      const others = (exporters.get(imported) ?? []).filter((exporter) => exporter !== index);
      if (others.length > 1) {
        const names = others.map((other) => `'${nameOf(components, other)}'`).join(' and ');
        throw new HostlingError('import-unserved', `component '${name}' imports ${imported}, which ${names} export; leave it to one of them`);
      }
      if (others[0] !== undefined) found.set(imported, others[0]);
    }
    return found;
  });
  const circle = findCircle(links);
  if (circle !== undefined) {
    const names = circle.map((index) => nameOf(components, index)).join(' → ');
    throw new HostlingError('import-unserved', `components import from one another in a circle: ${names}`);
  }
  return links;
}

function nameOf(components: readonly Linkable[], index: number): string {
  return components[index]?.name ?? String(index);
}

/** The components of a circle, the first again at its end. */
function findCircle(links: readonly ReadonlyMap<string, number>[]): readonly number[] | undefined {
  const finished = new Set<number>();
  const visit = (index: number, path: readonly number[]): readonly number[] | undefined => {
    if (finished.has(index)) return undefined;
    if (path.includes(index)) return [...path.slice(path.indexOf(index)), index];
    for (const other of new Set(links[index]?.values())) {
      const circle = visit(other, [...path, index]);
      if (circle !== undefined) return circle;
    }
    finished.add(index);
    return undefined;
  };
  for (let index = 0; index < links.length; index++) {
    const circle = visit(index, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
