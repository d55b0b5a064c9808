import type { BareKind, CancelKind, CopyKind, TypedKind } from '../binary/canon.ts';
import type { ModuleType } from '../binary/core-types.ts';
import type { CoreSort, Sort } from '../binary/sorts.ts';
import type { ComponentType, Entity, FunctionType, InstanceType, Resource, ResourceType, Type, ValueType } from './model.ts';

/** A component that was read and validated: what instantiating it does, in order, with its types resolved and all else by index. */
export interface Component {
  /** What it calls itself, for messages. */
  readonly name?: string;
  /** What it calls the component instances in it, by their index. */
  readonly instanceNames: ReadonlyMap<number, string>;
  readonly type: ComponentType;
  readonly definitions: readonly Definition[];
}

/** A core module in the component's bytes. */
export interface Module {
  readonly type: ModuleType;
  readonly offset: number;
  readonly size: number;
}

/** Where something is: its sort, and its index in the space of that sort. Types are given themselves. */
export type Item = { readonly sort: Exclude<Sort, 'type'>; readonly index: number } | { readonly sort: 'type'; readonly type: Type };

/** The canonical options of a definition, whose references are indices. */
export interface Options {
  readonly encoding: 'utf8' | 'utf16' | 'latin1+utf16';
  readonly memory?: number;
  readonly memory64?: true;
  readonly realloc?: number;
  readonly postReturn?: number;
  readonly callback?: number;
  readonly async: boolean;
}

/** A built-in that core code may call. */
export type Builtin =
  | { readonly kind: 'lower'; readonly func: number; readonly type: FunctionType; readonly options: Options }
  | { readonly kind: 'resource.new' | 'resource.drop' | 'resource.rep'; readonly resource: ResourceType }
  | { readonly kind: 'task.return'; readonly result?: ValueType; readonly options: Options }
  | { readonly kind: BareKind }
  | { readonly kind: 'subtask.cancel'; readonly async: boolean }
  | { readonly kind: 'context.get' | 'context.set'; readonly slot: number; readonly type: 'i32' | 'i64' }
  | { readonly kind: 'waitable-set.wait' | 'waitable-set.poll'; readonly memory: number; readonly memory64?: true }
  | { readonly kind: TypedKind; readonly type: ValueType }
  | { readonly kind: CopyKind; readonly type: ValueType; readonly options: Options }
  | { readonly kind: CancelKind; readonly type: ValueType; readonly async: boolean }
  | { readonly kind: 'error-context.new' | 'error-context.debug-message'; readonly options: Options }
  | { readonly kind: 'unsupported'; readonly feature: string };

/** One definition that instantiating a component carries out. Definitions of types have no effect then and are left out. */
export type Definition =
  | { readonly op: 'module'; readonly module: Module }
  | { readonly op: 'core-instantiate'; readonly module: number; readonly args: ReadonlyMap<string, number> }
  | { readonly op: 'core-exports'; readonly exports: readonly { readonly name: string; readonly sort: CoreSort; readonly index: number }[] }
  | { readonly op: 'core-alias'; readonly sort: CoreSort; readonly instance: number; readonly name: string }
  | { readonly op: 'component'; readonly component: Component }
  | { readonly op: 'instantiate'; readonly component: number; readonly args: ReadonlyMap<string, Item>; readonly type: InstanceType }
  | { readonly op: 'exports'; readonly exports: ReadonlyMap<string, Item> }
  | { readonly op: 'alias'; readonly sort: Exclude<Sort, 'type'>; readonly instance: number; readonly name: string }
  | { readonly op: 'outer'; readonly sort: 'module' | 'component'; readonly count: number; readonly index: number }
  | { readonly op: 'resource'; readonly id: Resource; readonly rep: 'i32' | 'i64'; readonly destructor?: number }
  | { readonly op: 'lift'; readonly func: number; readonly type: FunctionType; readonly options: Options }
  | { readonly op: 'builtin'; readonly builtin: Builtin }
  | { readonly op: 'import'; readonly name: string; readonly entity: Entity }
  /** With the ascribed type where that introduces resources. */
  | { readonly op: 'export'; readonly name: string; readonly item: Item; readonly entity?: Entity }
  | { readonly op: 'unsupported'; readonly feature: string };
