import type { Cursor } from './cursor.ts';

/** The kinds of things core instances hold. */
export type CoreSort = 'func' | 'table' | 'memory' | 'global' | 'tag';

/** The kinds of things components hold, each with an index space of its own. */
export type Sort = 'module' | 'func' | 'value' | 'type' | 'component' | 'instance';

const coreSorts: readonly CoreSort[] = ['func', 'table', 'memory', 'global', 'tag'];
const sorts: readonly (Sort | undefined)[] = [undefined, 'func', 'value', 'type', 'component', 'instance'];

/** A thing by its index. */
export interface SortIndex {
  readonly at: number;
  readonly sort: Sort;
  readonly index: number;
}

/** An alias definition as it is written. */
export type AliasSyntax = { readonly at: number } & (
  | { readonly kind: 'export'; readonly sort: Sort; readonly instance: number; readonly name: string }
  | { readonly kind: 'core-export'; readonly sort: CoreSort; readonly instance: number; readonly name: string }
  | { readonly kind: 'outer'; readonly sort: 'module' | 'core-type' | 'type' | 'component'; readonly count: number; readonly index: number }
);

/** The sort of something core. */
export function coreSort(cursor: Cursor): CoreSort {
  return coreSorts[cursor.u8('a core sort')] ?? cursor.fail('a core sort, 0 to 4', cursor.at - 1);
}

/** A sort and an index (`sortidx`); of the core sorts only modules may stand here. */
export function sortIndex(cursor: Cursor): SortIndex {
  const at = cursor.at;
  const byte = cursor.u8('a sort');
  if (byte === 0) cursor.literal(0x11, 'the sort module');
  const sort = byte === 0 ? 'module' : (sorts[byte] ?? cursor.fail('a sort, 0 to 5', at));
  return { at, sort, index: cursor.u32('an index') };
}

/** One alias definition. */
export function alias(cursor: Cursor): AliasSyntax {
  const at = cursor.at;
  const sort = cursor.u8('a sort');
  const core = sort === 0 ? cursor.u8('a core sort') : undefined;
  const target = cursor.u8('a target of an alias');
  switch (target) {
    case 0x00:
      return {
        at,
        kind: 'export',
        sort: core === 0x11 ? 'module' : (sorts[sort] ?? cursor.fail('a sort that instances export', at)),
        instance: cursor.u32('an instance index'),
        name: cursor.name('an export name'),
      };
    case 0x01:
      return {
        at,
        kind: 'core-export',
        sort: coreSorts[core ?? -1] ?? cursor.fail('a sort that core instances export', at),
        instance: cursor.u32('a core instance index'),
        name: cursor.name('a core export name'),
      };
    case 0x02: {
      const outer =
        core === 0x10
          ? 'core-type'
          : core === 0x11
            ? 'module'
            : sort === 3
              ? 'type'
              : sort === 4
                ? 'component'
                : cursor.fail('a sort that may be aliased from outside', at);
      return { at, kind: 'outer', sort: outer, count: cursor.u32('an outer count'), index: cursor.u32('an index') };
    }
    default:
      return cursor.fail('a target of an alias, 0 to 2', cursor.at - 1);
  }
}
