import type { ModuleType } from '../binary/core-types.ts';
import type { Primitive } from './plan.ts';

/** The identity of a resource type. Two resource types are the same type when they have the same identity, whatever they are called. */
export interface Resource {
  /** What it was first called, for messages. */
  readonly name: string;
}

/** How much there is to a type: bounded, so that walking one always ends soon. */
export interface Extent {
  /** How many types it is made of, and how deep they nest. */
  readonly nodes: number;
  readonly depth: number;
}

/** What rules about value types ask of them, computed once when a type is made. */
export interface Traits extends Extent {
  /** Whether a `borrow`, any handle to a resource, or memory elsewhere (a string, list or map) is in it. */
  readonly borrow: boolean;
  readonly resource: boolean;
  readonly pointer: boolean;
  /** Alignment and size in linear memory with 64-bit pointers. */
  readonly align: number;
  readonly size: number;
  /** How many core values it flattens to, up to a limit that is above all that matter. */
  readonly flat: number;
}

export interface Field {
  readonly name: string;
  readonly type: ValueType;
}

/** A value type. Its object is its identity for external visibility; equality of types is structural. */
export type ValueType = Traits & Shape;

export type Shape =
  | { readonly kind: Primitive }
  | { readonly kind: 'record'; readonly fields: readonly Field[] }
  | { readonly kind: 'variant'; readonly cases: readonly { readonly name: string; readonly type?: ValueType }[] }
  | { readonly kind: 'list' | 'option'; readonly element: ValueType }
  | { readonly kind: 'fixed-list'; readonly element: ValueType; readonly length: number }
  | { readonly kind: 'map'; readonly key: ValueType; readonly value: ValueType }
  | { readonly kind: 'tuple'; readonly items: readonly ValueType[] }
  | { readonly kind: 'flags' | 'enum'; readonly names: readonly string[] }
  | { readonly kind: 'result'; readonly ok?: ValueType; readonly err?: ValueType }
  | { readonly kind: 'own' | 'borrow'; readonly of: ResourceType }
  | { readonly kind: 'stream' | 'future'; readonly element?: ValueType };

export interface ResourceType {
  readonly kind: 'resource';
  readonly id: Resource;
}

export interface FunctionType extends Extent {
  readonly kind: 'func';
  readonly async: boolean;
  readonly params: readonly Field[];
  readonly result?: ValueType;
}

export type Entities = ReadonlyMap<string, Entity>;

export interface InstanceType extends Extent {
  readonly kind: 'instance';
  readonly exports: Entities;
  /** Resources that the type itself introduces: each use of the type has others in their place. */
  readonly defined: readonly Resource[];
}

export interface ComponentType extends Extent {
  readonly kind: 'component';
  readonly imports: Entities;
  readonly exports: Entities;
  /** Resources that its imports introduce: bound by what it is instantiated with. */
  readonly imported: readonly Resource[];
  /** Resources that come to be with each instantiation. */
  readonly defined: readonly Resource[];
}

/** What a type index may refer to. */
export type Type = ValueType | ResourceType | FunctionType | InstanceType | ComponentType;

/** What an import or export is: its sort with its type. */
export type Entity =
  | { readonly sort: 'func'; readonly type: FunctionType }
  | { readonly sort: 'instance'; readonly type: InstanceType }
  | { readonly sort: 'component'; readonly type: ComponentType }
  | { readonly sort: 'module'; readonly type: ModuleType }
  | { readonly sort: 'value'; readonly type: ValueType }
  | { readonly sort: 'type'; readonly type: Type };

/** Whether a type is one of values rather than of functions, instances, components or a resource. */
export function isValueType(type: Type): type is ValueType {
  return type.kind !== 'func' && type.kind !== 'instance' && type.kind !== 'component' && type.kind !== 'resource';
}

/** The same type under an identity of its own, as an import or an export of it introduces. */
export function renamed<T extends Type>(type: T): T {
  return { ...type };
}

/** How a type is called in messages. */
export function describe(type: Type): string {
  if (type.kind === 'resource') return `resource \`${type.id.name}\``;
  return type.kind;
}
