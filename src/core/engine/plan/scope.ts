import type { CoreExtern, CoreFuncType, CoreType, ModuleType } from '../binary/core-types.ts';
import { invalid } from '../binary/cursor.ts';
import type { CoreSort, Sort } from '../binary/sorts.ts';
import { Work } from './extent.ts';
import type { ComponentType, Entity, FunctionType, InstanceType, Resource, ResourceType, Type, ValueType } from './model.ts';

/** What opens a scope with index spaces of its own. */
export type ScopeKind = 'component' | 'component-type' | 'instance-type';

/** The exports of a core instance. */
export type CoreExports = ReadonlyMap<string, CoreExtern>;

/** The names given to imports or to exports of a scope. */
export class Names {
  readonly entities: Map<string, Entity> = new Map();
  /** In the form in which they must be unique. */
  readonly canonical: Map<string, string> = new Map();
  /** Resources introduced under a plain name, for the names of their methods. */
  readonly resources: Map<ResourceType, string> = new Map();
  readonly resourceNames: Set<string> = new Set();
  /** Types that have a name outside: they were imported, or exported, or come with what was. */
  readonly visible: Set<Type> = new Set();
}

/** The index spaces of a component, of a component type or of an instance type, each in the order of its definitions. */
export class Scope {
  readonly kind: ScopeKind;
  readonly outer: Scope | undefined;
  readonly coreTypes: (CoreType | ModuleType)[] = [];
  readonly core: {
    readonly func: CoreFuncType[];
    readonly table: CoreExtern[];
    readonly memory: CoreExtern[];
    readonly global: CoreExtern[];
    readonly tag: CoreExtern[];
  } = {
    func: [],
    table: [],
    memory: [],
    global: [],
    tag: [],
  };
  readonly coreInstances: CoreExports[] = [];
  readonly modules: ModuleType[] = [];
  readonly types: Type[] = [];
  readonly funcs: FunctionType[] = [];
  readonly values: ValueType[] = [];
  readonly components: ComponentType[] = [];
  readonly instances: InstanceType[] = [];
  readonly imports: Names = new Names();
  readonly exports: Names = new Names();
  /** Resources that imports introduce. */
  readonly imported: Resource[] = [];
  /** Resources that come to be here: defined, declared by an export, or made by an instantiation. */
  readonly defined: Resource[] = [];
  /** Resources defined by this very component, which alone may make handles to them. */
  readonly own: Map<Resource, 'i32' | 'i64'> = new Map();
  /** What validation has cost so far, of the whole component. */
  readonly work: Work;
  /** The type of the thread-local context, the same for all its uses. */
  context: string | undefined;

  constructor(kind: ScopeKind, outer?: Scope) {
    this.kind = kind;
    this.outer = outer;
    this.work = outer?.work ?? new Work();
  }

  /** What is at an index of a space. */
  at<T>(space: readonly T[], index: number, what: string, at: number): T {
    return space[index] ?? invalid(at, `unknown ${what} ${index}: ${what} index out of bounds, there are ${space.length}`);
  }

  type(index: number, at: number): Type {
    return this.at(this.types, index, 'type', at);
  }

  coreExtern(sort: CoreSort, index: number, at: number): CoreExtern {
    return this.at<CoreExtern>(this.core[sort], index, `core ${sort}`, at);
  }

  coreFunc(index: number, at: number): CoreFuncType {
    return this.at(this.core.func, index, 'core func', at);
  }

  /** What a sort and an index refer to. */
  entity(sort: Sort, index: number, at: number): Entity {
    switch (sort) {
      case 'func':
        return { sort, type: this.at(this.funcs, index, sort, at) };
      case 'instance':
        return { sort, type: this.at(this.instances, index, sort, at) };
      case 'component':
        return { sort, type: this.at(this.components, index, sort, at) };
      case 'module':
        return { sort, type: this.at(this.modules, index, sort, at) };
      case 'value':
        return { sort, type: this.at(this.values, index, sort, at) };
      case 'type':
        return { sort, type: this.type(index, at) };
    }
  }

  /** Gives something the next index of its sort. */
  push(entity: Entity): void {
    switch (entity.sort) {
      case 'func':
        this.funcs.push(entity.type);
        break;
      case 'instance':
        this.instances.push(entity.type);
        break;
      case 'component':
        this.components.push(entity.type);
        break;
      case 'module':
        this.modules.push(entity.type);
        break;
      case 'value':
        this.values.push(entity.type);
        break;
      case 'type':
        this.types.push(entity.type);
        break;
    }
  }

  /** The scope `count` levels outward, and whether the way there leaves a component. */
  outward(count: number, at: number): { scope: Scope; leaves: boolean } {
    if (count === 0) return { scope: this, leaves: false };
    if (this.outer === undefined) return invalid(at, `invalid outer alias count, ${count} too many`);
    const { scope, leaves } = this.outer.outward(count - 1, at);
    return { scope, leaves: leaves || this.kind === 'component' };
  }
}
