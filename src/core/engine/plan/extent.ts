import { invalid } from '../binary/cursor.ts';
import type { Entities, Entity, Extent, Type } from './model.ts';

const maximumNodes = 1_000_000;
const maximumDepth = 100;
/** How many types may be looked at in all while one component is validated. */
const maximumWork = 3_000_000;

/** The extent of a type made of parts; refuses one that is too large. */
export function extentOf(parts: Iterable<Extent>, at: number): Extent {
  let nodes = 1;
  let depth = 0;
  for (const part of parts) {
    nodes += part.nodes;
    depth = Math.max(depth, part.depth);
  }
  return checkExtent({ nodes, depth: depth + 1 }, at);
}

/** Refuses a type that is too large. */
export function checkExtent(extent: Extent, at: number): Extent {
  if (extent.nodes > maximumNodes) invalid(at, `effective type size exceeds the limit of ${maximumNodes}`);
  if (extent.depth > maximumDepth) invalid(at, `types nested more than ${maximumDepth} levels deep`);
  return extent;
}

/** The extents of what is imported or exported. */
export function* extentsOf(entities: Entities): Iterable<Extent> {
  for (const entity of entities.values()) yield entityExtent(entity);
}

/** The extent of what an import or export is. */
export function entityExtent(entity: Entity): Extent {
  if (entity.sort === 'module') return { nodes: 1 + entity.type.imports.length + entity.type.exports.size, depth: 1 };
  return typeExtent(entity.type);
}

/** The extent of any type. */
export function typeExtent(type: Type): Extent {
  return type.kind === 'resource' ? { nodes: 1, depth: 1 } : type;
}

/** Counts what validating a component costs, so that few bytes cannot ask for endless work. */
export class Work {
  #left = maximumWork;

  /** A use of an instance or component type, each of which has resources of its own. */
  use({ nodes, defined }: Extent & { readonly defined: readonly unknown[] }, at: number): void {
    this.spend({ nodes: nodes + 20 * defined.length }, at);
  }

  spend({ nodes }: { readonly nodes: number }, at: number): void {
    this.#left -= nodes;
    if (this.#left < 0) invalid(at, `types are too large to compare: more than ${maximumWork} steps`);
  }
}
