import { HostlingError } from '../../errors.ts';
import type { CoreSort } from '../binary/sorts.ts';
import type { ModuleType } from '../binary/core-types.ts';
import type { Component, Item, Module } from './definition.ts';
import type { ComponentType, Entity, Resource } from './model.ts';
import type { CoreInstanceIndex, CoreRef, FuncRef, FuncTypeIndex, HostPlace, InstanceIndex, ResourceIndex } from './plan.ts';

/** What something of a component comes to when its instance is laid out: where it really is. */
export type Value =
  | { readonly sort: 'func'; readonly func: FuncRef; readonly type: FuncTypeIndex }
  | { readonly sort: 'instance'; readonly exports: ReadonlyMap<string, Value> }
  /** A component keeps the frame around it, which its outer aliases reach into. */
  | { readonly sort: 'component'; readonly component: Component | HostComponent; readonly outer: Frame | undefined }
  | { readonly sort: 'module'; readonly module: Module | HostModule }
  | { readonly sort: 'type'; readonly resource?: ResourceIndex };

/** A component that the host supplies. */
export interface HostComponent extends HostPlace {
  readonly type: ComponentType;
}

/** A core module that the host supplies. */
export interface HostModule extends HostPlace {
  readonly type: ModuleType;
}

export type ValueOf<S extends Value['sort']> = Extract<Value, { readonly sort: S }>;

/** A core instance: one that a step makes, or a bag of what others export. */
export type CoreValue = { readonly kind: 'made'; readonly index: CoreInstanceIndex } | { readonly kind: 'bag'; readonly exports: ReadonlyMap<string, CoreRef> };

/** One component instance while it is laid out: its index spaces, and what the resources it speaks of are. */
export class Frame {
  readonly instance: InstanceIndex;
  readonly outer: Frame | undefined;
  readonly core: Readonly<Record<CoreSort, CoreRef[]>> = { func: [], table: [], memory: [], global: [], tag: [] };
  readonly coreInstances: CoreValue[] = [];
  readonly funcs: ValueOf<'func'>[] = [];
  readonly instances: ValueOf<'instance'>[] = [];
  readonly components: ValueOf<'component'>[] = [];
  readonly modules: ValueOf<'module'>[] = [];
  readonly exports: Map<string, Value> = new Map();
  /** What its component calls the instances in it, by index. */
  names: ReadonlyMap<number, string> = new Map();
  readonly #resources = new Map<Resource, ResourceIndex>();

  constructor(instance: InstanceIndex, outer: Frame | undefined) {
    this.instance = instance;
    this.outer = outer;
  }

  /** What a resource is here. */
  readonly resource = (resource: Resource): ResourceIndex =>
    this.#resources.get(resource) ??
    unsupported(`the resource \`${resource.name}\` of ${this.instance === 0 ? 'the component' : `component instance ${this.instance}`}, which nothing exports`);

  hasResource(resource: Resource): boolean {
    return this.#resources.has(resource);
  }

  setResource(resource: Resource, index: ResourceIndex): void {
    this.#resources.set(resource, index);
  }

  push(value: Value): void {
    switch (value.sort) {
      case 'func':
        this.funcs.push(value);
        break;
      case 'instance':
        this.instances.push(value);
        break;
      case 'component':
        this.components.push(value);
        break;
      case 'module':
        this.modules.push(value);
        break;
      case 'type':
        break;
    }
  }

  /** What an item of this instance is. */
  value(item: Item): Value {
    switch (item.sort) {
      case 'func':
        return defined(this.funcs[item.index]);
      case 'instance':
        return defined(this.instances[item.index]);
      case 'component':
        return defined(this.components[item.index]);
      case 'module':
        return defined(this.modules[item.index]);
      case 'type':
        return item.type.kind === 'resource' ? { sort: 'type', resource: this.resource(item.type.id) } : { sort: 'type' };
      case 'value':
        return unsupported('values');
    }
  }

  /** The frame `count` levels outward. */
  outward(count: number): Frame {
    return count === 0 ? this : defined(this.outer).outward(count - 1);
  }

  /** Learns from something of the given type which resources are behind its names. */
  bind(entity: Entity, value: Value): void {
    if (entity.sort === 'type' && entity.type.kind === 'resource' && value.sort === 'type' && value.resource !== undefined) {
      this.#resources.set(entity.type.id, value.resource);
    } else if (entity.sort === 'instance' && value.sort === 'instance') {
      for (const [name, item] of entity.type.exports) {
        if (item.sort === 'type' || item.sort === 'instance') this.bind(item, defined(value.exports.get(name)));
      }
    }
  }
}

/** What validation has made sure of. */
export function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new HostlingError('internal', 'a validated component refers to something that is not there');
  return value;
}

/** Refuses what a plan cannot express. */
export function unsupported(feature: string): never {
  throw new HostlingError('prepare-failed', `unsupported: ${feature}`);
}
