import { HostlingError } from '../../errors.ts';
import type { Component, Definition, Item, Module } from './definition.ts';
import { entityExtent } from './extent.ts';
import { defined, Frame, type HostComponent, type HostModule, unsupported, type Value } from './frame.ts';
import { FromHost, moduleDef } from './from-host.ts';
import { TypeTable } from './intern.ts';
import type { Entity, InstanceType } from './model.ts';
import type { CoreRef, ExportDef, LiftDef, ModuleDef, ModuleIndex, Plan, ResourceDef, Step, Trampoline } from './plan.ts';
import { canonOptions, trampolineOf } from './trampoline.ts';

/** Bounds on a plan: instantiating nested components over and over can make one grow without end from few bytes. */
const maximumInstances = 1000;
const maximumDefinitions = 200_000;
const maximumDepth = 100;
const maximumWork = 3_000_000;

/** Lays out a validated component with all that it instantiates as flat lists. */
export function inline(component: Component): Omit<Plan, 'version' | 'interface'> {
  return new Inliner().run(component);
}

class Inliner {
  readonly #types = new TypeTable();
  readonly #resources: ResourceDef[] = [];
  readonly #instances: string[] = [];
  readonly #fromHost = new FromHost(this.#types, this.#resources);
  readonly #modules: ModuleDef[] = [];
  readonly #moduleIndices = new Map<Module | HostModule, number>();
  readonly #steps: Step[] = [];
  readonly #trampolines: Trampoline[] = [];
  readonly #lifts: LiftDef[] = [];
  #coreInstances = 0;
  #definitions = 0;
  #depth = 0;
  #work = 0;

  run(component: Component): Omit<Plan, 'version' | 'interface'> {
    const root = this.#frame(component.name ?? 'root', undefined);
    this.#execute(component, root, (name, entity) => this.#fromHost.value(root, entity, { name }));
    for (const module of this.#fromHost.modules) this.#module(module);
    const { types, functions } = this.#types;
    return {
      types,
      functions,
      resources: this.#resources,
      instances: this.#instances,
      imports: this.#fromHost.imports,
      modules: this.#modules,
      steps: this.#steps,
      trampolines: this.#trampolines,
      lifts: this.#lifts,
      exports: this.#exports(component.type.exports, root.exports),
    };
  }

  #frame(text: string, outer: Frame | undefined): Frame {
    const index = this.#instances.push(text) - 1;
    if (index >= maximumInstances) this.#tooLarge(`${maximumInstances} component instances`);
    return new Frame(index, outer);
  }

  /** Counts what definitions cost that have many parts. */
  #spend(nodes: number): void {
    this.#work += nodes;
    if (this.#work > maximumWork) this.#tooLarge(`${maximumWork} parts of its instances`);
  }

  #tooLarge(limit: string): never {
    throw new HostlingError('invalid-component', `the component instantiates more than is allowed: over ${limit}`);
  }

  #execute(component: Component, frame: Frame, supply: (name: string, entity: Entity) => Value): void {
    frame.names = component.instanceNames;
    for (const definition of component.definitions) {
      if (++this.#definitions > maximumDefinitions) this.#tooLarge(`${maximumDefinitions} definitions`);
      this.#define(definition, frame, supply);
    }
  }

  #define(definition: Definition, frame: Frame, supply: (name: string, entity: Entity) => Value): void {
    switch (definition.op) {
      case 'module':
        // Also one that nothing instantiates has to be valid, which whoever compiles it finds out.
        this.#module(definition.module);
        frame.modules.push({ sort: 'module', module: definition.module });
        break;
      case 'core-instantiate':
        this.#coreInstantiate(definition, frame);
        break;
      case 'core-exports':
        this.#spend(definition.exports.length);
        frame.coreInstances.push({
          kind: 'bag',
          exports: new Map(definition.exports.map(({ name, sort, index }) => [name, defined(frame.core[sort][index])])),
        });
        break;
      case 'core-alias':
        frame.core[definition.sort].push(coreExport(frame, definition.instance, definition.name));
        break;
      case 'component':
        frame.components.push({ sort: 'component', component: definition.component, outer: frame });
        break;
      case 'instantiate':
        this.#instantiate(definition, frame);
        break;
      case 'exports':
        this.#exportAll(definition.exports, frame);
        break;
      case 'alias':
        frame.push(defined(defined(frame.instances[definition.instance]).exports.get(definition.name)));
        break;
      case 'outer':
        frame.push(frame.outward(definition.count).value({ sort: definition.sort, index: definition.index }));
        break;
      case 'resource': {
        const { rep, destructor } = definition;
        const resource: ResourceDef = {
          kind: 'defined',
          instance: frame.instance,
          rep,
          ...(destructor === undefined ? {} : { destructor: defined(frame.core.func[destructor]) }),
        };
        frame.setResource(definition.id, this.#resources.push(resource) - 1);
        break;
      }
      case 'lift': {
        const type = this.#types.function(definition.type, frame.resource);
        const lift: LiftDef = {
          instance: frame.instance,
          core: defined(frame.core.func[definition.func]),
          type,
          options: canonOptions(definition.options, frame),
        };
        frame.funcs.push({ sort: 'func', func: { kind: 'lift', index: this.#lifts.push(lift) - 1 }, type });
        break;
      }
      case 'builtin':
        frame.core.func.push({ kind: 'trampoline', index: this.#trampolines.push(trampolineOf(definition.builtin, frame, this.#types)) - 1 });
        break;
      case 'import': {
        const value = supply(definition.name, definition.entity);
        this.#spend(entityExtent(definition.entity).nodes);
        frame.bind(definition.entity, value);
        frame.push(value);
        break;
      }
      case 'export': {
        const value = frame.value(definition.item);
        this.#name(value, definition.name);
        if (definition.entity !== undefined) frame.bind(definition.entity, value);
        frame.exports.set(definition.name, value);
        frame.push(value);
        break;
      }
      case 'unsupported':
        unsupported(definition.feature);
    }
  }

  #exportAll(items: ReadonlyMap<string, Item>, frame: Frame): void {
    this.#spend(items.size);
    const exports = new Map(Array.from(items, ([name, item]) => [name, frame.value(item)]));
    for (const [name, value] of exports) this.#name(value, name);
    frame.instances.push({ sort: 'instance', exports });
  }

  /** Resources and functions go by the first name they are exported under. */
  #name(value: Value, name: string): void {
    if (value.sort === 'type' && value.resource !== undefined) {
      const resource = defined(this.#resources[value.resource]);
      if (resource.kind === 'defined' && resource.name === undefined) this.#resources[value.resource] = { ...resource, name };
    } else if (value.sort === 'func' && value.func.kind === 'lift') {
      const lift = defined(this.#lifts[value.func.index]);
      if (lift.name === undefined) this.#lifts[value.func.index] = { name, ...lift };
    }
  }

  #coreInstantiate({ module: index, args }: Extract<Definition, { op: 'core-instantiate' }>, frame: Frame): void {
    const { module } = defined(frame.modules[index]);
    this.#spend(module.type.imports.length);
    const given = module.type.imports.map((needed) => ({
      module: needed.module,
      name: needed.name,
      value: coreExport(frame, defined(args.get(needed.module)), needed.name),
    }));
    this.#steps.push({ kind: 'instantiate', module: this.#module(module), into: frame.instance, args: given });
    frame.coreInstances.push({ kind: 'made', index: this.#coreInstances++ });
  }

  /** @param seen whether others can see it */
  #module(module: Module | HostModule, seen = false): ModuleIndex {
    const index = this.#moduleIndices.get(module) ?? this.#modules.push(moduleDef(module, seen)) - 1;
    this.#moduleIndices.set(module, index);
    if (seen) this.#modules[index] = moduleDef(module, seen);
    return index;
  }

  #instantiate({ component: index, args, type }: Extract<Definition, { op: 'instantiate' }>, frame: Frame): void {
    const { component, outer } = defined(frame.components[index]);
    if (!('definitions' in component)) {
      this.#link(component, args, type, frame);
      return;
    }
    const name = frame.names.get(frame.instances.length) ?? component.name ?? frame.instances.length;
    const child = this.#frame(`${defined(this.#instances[frame.instance])}/${name}`, outer);
    if (++this.#depth > maximumDepth) this.#tooLarge(`${maximumDepth} levels of nested instances`);
    this.#execute(component, child, (name) => frame.value(defined(args.get(name))));
    this.#depth--;
    const value = { sort: 'instance', exports: child.exports } as const;
    this.#spend(type.nodes);
    frame.bind({ sort: 'instance', type }, value);
    frame.instances.push(value);
  }

  /** An instance of a component that the host supplies: whatever it exports comes from outside like all else. */
  #link({ type: wanted, ...place }: HostComponent, args: ReadonlyMap<string, Item>, type: InstanceType, frame: Frame): void {
    const key = `${place.name} #${this.#steps.length}`;
    const given = new Map(Array.from(wanted.imports.keys(), (name) => [name, frame.value(defined(args.get(name)))]));
    this.#steps.push({ kind: 'link', component: place, key, args: this.#exports(wanted.imports, given) });
    this.#spend(type.nodes);
    const exports = new Map(Array.from(type.exports, ([name, entity]) => [name, this.#fromHost.value(frame, entity, { from: key, name })]));
    frame.instances.push({ sort: 'instance', exports });
  }

  /** What the types of exports name, of what is really there. */
  #exports(entities: ReadonlyMap<string, Entity>, values: ReadonlyMap<string, Value>): Record<string, ExportDef> {
    const exports: Record<string, ExportDef> = {};
    for (const [name, entity] of entities) {
      const value = defined(values.get(name));
      if (value.sort === 'func') exports[name] = { kind: 'func', func: value.func, type: value.type };
      else if (value.sort === 'instance' && entity.sort === 'instance')
        exports[name] = { kind: 'instance', exports: this.#exports(entity.type.exports, value.exports) };
      else if (value.sort === 'type' && value.resource !== undefined) exports[name] = { kind: 'resource', resource: value.resource };
      else if (value.sort === 'module') exports[name] = { kind: 'module', module: this.#module(value.module, true) };
      else exports[name] = { kind: 'other' };
    }
    return exports;
  }
}

/** What a core instance exports under a name, wherever it comes from. */
function coreExport(frame: Frame, index: number, name: string): CoreRef {
  const instance = defined(frame.coreInstances[index]);
  return instance.kind === 'made' ? { kind: 'export', instance: instance.index, name } : defined(instance.exports.get(name));
}
