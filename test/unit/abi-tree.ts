import type { TypeDef } from '../../src/core/engine/plan/plan.ts';

/** A type as it is written in tests: nested, not by index. */
export type Tree =
  | Exclude<TypeDef, { kind: 'record' | 'variant' | 'list' | 'fixed-list' | 'map' | 'tuple' | 'option' | 'result' | 'stream' | 'future' }>
  | { readonly kind: 'record'; readonly fields: readonly { readonly name: string; readonly type: Tree }[] }
  | { readonly kind: 'variant'; readonly cases: readonly { readonly name: string; readonly type?: Tree }[] }
  | { readonly kind: 'list'; readonly element: Tree }
  | { readonly kind: 'fixed-list'; readonly element: Tree; readonly length: number }
  | { readonly kind: 'map'; readonly key: Tree; readonly value: Tree }
  | { readonly kind: 'tuple'; readonly items: readonly Tree[] }
  | { readonly kind: 'option'; readonly some: Tree }
  | { readonly kind: 'result'; readonly ok?: Tree; readonly err?: Tree }
  | { readonly kind: 'stream' | 'future' };
