import type { CoreExtern, CoreImport } from '../binary/core-types.ts';
import type { ComponentInterface } from '../interface.ts';

/**
 * What a component's bytes say, resolved as far as it can be without running anything: every nested component is inlined, every index and
 * alias followed, every type interned. Plain data: it can be kept, posted to a worker and printed. Instantiating is executing `steps`.
 */
export interface Plan {
  readonly version: 1;
  readonly interface: ComponentInterface;
  /** Value types by {@link TypeIndex}; structurally equal types have one index, so that comparing indices compares types. */
  readonly types: readonly TypeDef[];
  readonly functions: readonly FuncType[];
  readonly resources: readonly ResourceDef[];
  /** Component instances, the root first: each has handles and async state of its own. Text says which it is, for messages: `app`, `app/database`. */
  readonly instances: readonly string[];
  /** Functions the host supplies. */
  readonly imports: readonly ImportDef[];
  readonly modules: readonly ModuleDef[];
  readonly steps: readonly Step[];
  /** Core functions the engine supplies, by {@link TrampolineIndex}. */
  readonly trampolines: readonly Trampoline[];
  readonly lifts: readonly LiftDef[];
  readonly exports: Readonly<Record<string, ExportDef>>;
}

export type TypeIndex = number;
export type FuncTypeIndex = number;
export type ResourceIndex = number;
/** Which component instance. */
export type InstanceIndex = number;
/** Which core instance, in the order of the steps that make them. */
export type CoreInstanceIndex = number;
export type ModuleIndex = number;
export type TrampolineIndex = number;
export type LiftIndex = number;
export type ImportIndex = number;

/** The primitive value types by their WIT names. */
export type Primitive = 'bool' | 's8' | 'u8' | 's16' | 'u16' | 's32' | 'u32' | 's64' | 'u64' | 'f32' | 'f64' | 'char' | 'string' | 'error-context';

/** A value type. Names are kebab-case as in WIT. */
export type TypeDef =
  | { readonly kind: Primitive }
  | { readonly kind: 'record'; readonly fields: readonly { readonly name: string; readonly type: TypeIndex }[] }
  | { readonly kind: 'variant'; readonly cases: readonly { readonly name: string; readonly type?: TypeIndex }[] }
  | { readonly kind: 'list'; readonly element: TypeIndex }
  | { readonly kind: 'fixed-list'; readonly element: TypeIndex; readonly length: number }
  | { readonly kind: 'map'; readonly key: TypeIndex; readonly value: TypeIndex }
  | { readonly kind: 'tuple'; readonly items: readonly TypeIndex[] }
  | { readonly kind: 'flags'; readonly names: readonly string[] }
  | { readonly kind: 'enum'; readonly names: readonly string[] }
  | { readonly kind: 'option'; readonly some: TypeIndex }
  | { readonly kind: 'result'; readonly ok?: TypeIndex; readonly err?: TypeIndex }
  | { readonly kind: 'own' | 'borrow'; readonly resource: ResourceIndex }
  | { readonly kind: 'stream' | 'future'; readonly element?: TypeIndex };

export interface FuncType {
  readonly async: boolean;
  readonly params: readonly { readonly name: string; readonly type: TypeIndex }[];
  readonly result?: TypeIndex;
}

/** Where the host supplies something: under `name` in the imported instance `from`, or as the root's own import of that name. */
export interface HostPlace {
  readonly from?: string;
  /** The instances within `from` that lead to it, outermost first. Absent: it is in `from` itself. */
  readonly path?: readonly string[];
  readonly name: string;
}

/** A resource type. One that is defined anew for each instantiation of its component has one entry for each instance in the plan. */
export type ResourceDef =
  /** Supplied by the host: a class. Where the component imports the same resource again, it has to be the same class, if there is one. */
  | ({ readonly kind: 'import'; readonly also?: readonly HostPlace[] } & HostPlace)
  | { readonly kind: 'defined'; readonly instance: InstanceIndex; readonly name?: string; readonly rep: 'i32' | 'i64'; readonly destructor?: CoreRef };

/** A function of the host. Its name is as in WIT, with its annotation: `[method]descriptor.read`. */
export interface ImportDef extends HostPlace {
  readonly type: FuncTypeIndex;
}

/** A core module. */
export type ModuleDef = EmbeddedModule | ImportedModule;

/** A core module of the component's own: where it lies in its bytes. */
export interface EmbeddedModule {
  readonly kind: 'embedded';
  readonly offset: number;
  readonly size: number;
  /** What it needs and offers, where others can see it. */
  readonly type?: CoreModuleType;
}

/** A core module that the host supplies, and what it may import and has to export. */
export interface ImportedModule extends HostPlace {
  readonly kind: 'import';
  readonly type: CoreModuleType;
}

/** What a core module imports and exports, as data. */
export interface CoreModuleType {
  readonly imports: readonly CoreImport[];
  readonly exports: readonly { readonly name: string; readonly type: CoreExtern }[];
}

/** Something a core instance is given or an option names. */
export type CoreRef =
  | { readonly kind: 'export'; readonly instance: CoreInstanceIndex; readonly name: string }
  | { readonly kind: 'trampoline'; readonly index: TrampolineIndex };

/** One step of an instantiation. */
export type Step =
  /** Makes the next core instance; `into` is the component instance it belongs to (whose task its start function runs as). */
  | {
      readonly kind: 'instantiate';
      readonly module: ModuleIndex;
      readonly into: InstanceIndex;
      readonly args: readonly { readonly module: string; readonly name: string; readonly value: CoreRef }[];
    }
  /** Makes an instance of a component that the host supplies, out of `args` by name. What comes of its exports is `from` the `key`. */
  | { readonly kind: 'link'; readonly component: HostPlace; readonly key: string; readonly args: Readonly<Record<string, ExportDef>> };

/** The canonical options. References are looked up when first needed: they may name core instances that are made later. */
export interface CanonOptions {
  readonly encoding: 'utf8' | 'utf16' | 'latin1+utf16';
  readonly memory?: CoreRef;
  readonly memory64?: boolean;
  readonly realloc?: CoreRef;
  readonly postReturn?: CoreRef;
  readonly callback?: CoreRef;
  readonly async: boolean;
}

/** A function of the component model, wherever it comes from. */
export type FuncRef = { readonly kind: 'import'; readonly index: ImportIndex } | { readonly kind: 'lift'; readonly index: LiftIndex };

/** `canon lift` */
export interface LiftDef {
  /** What it is first exported as, for messages. */
  readonly name?: string;
  readonly instance: InstanceIndex;
  readonly core: CoreRef;
  readonly type: FuncTypeIndex;
  readonly options: CanonOptions;
}

/** A core function that the engine supplies to the core code of `instance`. */
export type Trampoline = { readonly instance: InstanceIndex } & (
  | { readonly kind: 'lower'; readonly callee: FuncRef; readonly type: FuncTypeIndex; readonly options: CanonOptions }
  | { readonly kind: 'resource.new' | 'resource.drop' | 'resource.rep'; readonly resource: ResourceIndex }
  | { readonly kind: 'task.return'; readonly result?: TypeIndex; readonly options: CanonOptions }
  | {
      readonly kind:
        | 'task.cancel'
        | 'subtask.drop'
        | 'waitable-set.new'
        | 'waitable-set.drop'
        | 'waitable.join'
        | 'backpressure.inc'
        | 'backpressure.dec'
        | 'thread.yield';
    }
  | { readonly kind: 'subtask.cancel'; readonly async: boolean }
  | { readonly kind: 'context.get' | 'context.set'; readonly slot: number; readonly type: 'i32' | 'i64' }
  | { readonly kind: 'waitable-set.wait' | 'waitable-set.poll'; readonly memory: CoreRef; readonly memory64?: boolean }
  | { readonly kind: 'stream.new' | 'future.new'; readonly type: TypeIndex }
  | { readonly kind: 'stream.drop-readable' | 'stream.drop-writable' | 'future.drop-readable' | 'future.drop-writable'; readonly type: TypeIndex }
  | { readonly kind: 'stream.read' | 'stream.write'; readonly type: TypeIndex; readonly options: CanonOptions }
  | { readonly kind: 'future.read' | 'future.write'; readonly type: TypeIndex; readonly options: CanonOptions }
  | {
      readonly kind: 'stream.cancel-read' | 'stream.cancel-write' | 'future.cancel-read' | 'future.cancel-write';
      readonly type: TypeIndex;
      readonly async: boolean;
    }
  | { readonly kind: 'error-context.new' | 'error-context.debug-message'; readonly options: CanonOptions }
  | { readonly kind: 'error-context.drop' }
  /** A built-in that the engine has not: calling it is a trap, naming it is nothing. */
  | { readonly kind: 'unsupported'; readonly feature: string }
);

/** What the root exports. */
export type ExportDef =
  | { readonly kind: 'func'; readonly func: FuncRef; readonly type: FuncTypeIndex }
  | { readonly kind: 'instance'; readonly exports: Readonly<Record<string, ExportDef>> }
  | { readonly kind: 'resource'; readonly resource: ResourceIndex }
  | { readonly kind: 'module'; readonly module: ModuleIndex }
  /** Types that are no resources, and components: named, never used by the host. */
  | { readonly kind: 'other' };
