import type { Cursor } from './cursor.ts';
import { externName, type ExternName } from './names.ts';
import { coreSort, sortIndex, type CoreSort, type SortIndex } from './sorts.ts';
import { externType, type ExternSyntax } from './types.ts';

/** A definition of a core instance as it is written. */
export type CoreInstanceSyntax = { readonly at: number } & (
  | {
      readonly kind: 'instantiate';
      readonly module: number;
      readonly args: readonly { readonly at: number; readonly name: string; readonly instance: number }[];
    }
  | { readonly kind: 'exports'; readonly exports: readonly { readonly at: number; readonly name: string; readonly sort: CoreSort; readonly index: number }[] }
);

/** A definition of an instance as it is written. */
export type InstanceSyntax = { readonly at: number } & (
  | { readonly kind: 'instantiate'; readonly component: number; readonly args: readonly { readonly name: string; readonly item: SortIndex }[] }
  | { readonly kind: 'exports'; readonly exports: readonly { readonly name: ExternName; readonly item: SortIndex }[] }
);

export interface ImportSyntax {
  readonly at: number;
  readonly name: ExternName;
  readonly type: ExternSyntax;
}

export interface ExportSyntax {
  readonly at: number;
  readonly name: ExternName;
  readonly item: SortIndex;
  readonly type?: ExternSyntax;
}

/** One entry of a core instance section. */
export function coreInstance(cursor: Cursor): CoreInstanceSyntax {
  const at = cursor.at;
  if (cursor.flag('a core instance')) {
    const exports = cursor.list('inline export', () => ({
      at: cursor.at,
      name: cursor.name('a core export name'),
      sort: coreSort(cursor),
      index: cursor.u32('an index'),
    }));
    return { at, kind: 'exports', exports };
  }
  const module = cursor.u32('a module index');
  const args = cursor.list('argument', () => {
    const start = cursor.at;
    const name = cursor.name('an argument');
    cursor.literal(0x12, 'the sort core instance');
    return { at: start, name, instance: cursor.u32('a core instance index') };
  });
  return { at, kind: 'instantiate', module, args };
}

/** One entry of an instance section. */
export function instance(cursor: Cursor): InstanceSyntax {
  const at = cursor.at;
  if (cursor.flag('an instance'))
    return { at, kind: 'exports', exports: cursor.list('inline export', () => ({ name: externName(cursor), item: sortIndex(cursor) })) };
  const component = cursor.u32('a component index');
  return { at, kind: 'instantiate', component, args: cursor.list('argument', () => ({ name: cursor.name('an argument'), item: sortIndex(cursor) })) };
}

/** One entry of an import section. */
export function importDefinition(cursor: Cursor): ImportSyntax {
  return { at: cursor.at, name: externName(cursor), type: externType(cursor) };
}

/** One entry of an export section. */
export function exportDefinition(cursor: Cursor): ExportSyntax {
  const at = cursor.at;
  const name = externName(cursor);
  const item = sortIndex(cursor);
  return cursor.flag('an ascribed type') ? { at, name, item, type: externType(cursor) } : { at, name, item };
}
