import { HostlingError } from '../../errors.ts';
import type { Builtin, Component, Definition, Module, Options } from './definition.ts';
import { entityExtent } from './extent.ts';
import { defined, Frame, type HostModule, unsupported, type Value } from './frame.ts';
import { TypeTable } from './intern.ts';
import type { Entity } from './model.ts';
import type {
  CanonOptions,
  CoreRef,
  ExportDef,
  HostPlace,
  ImportDef,
  LiftDef,
  ModuleDef,
  ModuleIndex,
  Plan,
  ResourceDef,
  ResourceIndex,
  Step,
  Trampoline,
} from './plan.ts';

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
  readonly #imports: ImportDef[] = [];
  readonly #modules: ModuleDef[] = [];
  readonly #moduleIndices = new Map<Module | HostModule, number>();
  readonly #steps: Step[] = [];
  readonly #trampolines: Trampoline[] = [];
  readonly #lifts: LiftDef[] = [];
  #definitions = 0;
  #depth = 0;
  #work = 0;

  run(component: Component): Omit<Plan, 'version' | 'interface'> {
    const root = this.#frame('root', undefined);
    this.#execute(component, root, (name, entity) => this.#host(root, entity, { name }));
    const { types, functions } = this.#types;
    return {
      types,
      functions,
      resources: this.#resources,
      instances: this.#instances,
      imports: this.#imports,
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
    for (const definition of component.definitions) {
      if (++this.#definitions > maximumDefinitions) this.#tooLarge(`${maximumDefinitions} definitions`);
      this.#define(definition, frame, supply);
    }
  }

  #define(definition: Definition, frame: Frame, supply: (name: string, entity: Entity) => Value): void {
    switch (definition.op) {
      case 'module':
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
        this.#spend(definition.exports.size);
        frame.instances.push({ sort: 'instance', exports: new Map([...definition.exports].map(([name, item]) => [name, frame.value(item)])) });
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
        const lift: LiftDef = { instance: frame.instance, core: defined(frame.core.func[definition.func]), type, options: options(definition.options, frame) };
        frame.funcs.push({ sort: 'func', func: { kind: 'lift', index: this.#lifts.push(lift) - 1 }, type });
        break;
      }
      case 'builtin':
        frame.core.func.push({ kind: 'trampoline', index: this.#trampolines.push(this.#trampoline(definition.builtin, frame)) - 1 });
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
        if (value.sort === 'type' && value.resource !== undefined) this.#nameResource(value.resource, definition.name);
        if (definition.entity !== undefined) frame.bind(definition.entity, value);
        frame.exports.set(definition.name, value);
        frame.push(value);
        break;
      }
      case 'unsupported':
        unsupported(definition.feature);
    }
  }

  /** A resource goes by the first name it is exported under. */
  #nameResource(index: ResourceIndex, name: string): void {
    const resource = defined(this.#resources[index]);
    if (resource.kind === 'defined' && resource.name === undefined) this.#resources[index] = { ...resource, name };
  }

  #coreInstantiate({ module: index, args }: Extract<Definition, { op: 'core-instantiate' }>, frame: Frame): void {
    const { module } = defined(frame.modules[index]);
    this.#spend(module.type.imports.length);
    const given = module.type.imports.map((needed) => ({
      module: needed.module,
      name: needed.name,
      value: coreExport(frame, defined(args.get(needed.module)), needed.name),
    }));
    const made = this.#steps.push({ kind: 'instantiate', module: this.#module(module), into: frame.instance, args: given }) - 1;
    frame.coreInstances.push({ kind: 'made', index: made });
  }

  #module(module: Module | HostModule): ModuleIndex {
    const index = this.#moduleIndices.get(module) ?? this.#modules.push(moduleDef(module)) - 1;
    this.#moduleIndices.set(module, index);
    return index;
  }

  #instantiate({ component: index, args, type }: Extract<Definition, { op: 'instantiate' }>, frame: Frame): void {
    const { component, outer } = defined(frame.components[index]);
    const child = this.#frame(`${defined(this.#instances[frame.instance])}/${frame.instances.length}`, outer);
    if (++this.#depth > maximumDepth) this.#tooLarge(`${maximumDepth} levels of nested instances`);
    this.#execute(component, child, (name) => frame.value(defined(args.get(name))));
    this.#depth--;
    const value = { sort: 'instance', exports: child.exports } as const;
    this.#spend(type.nodes);
    frame.bind({ sort: 'instance', type }, value);
    frame.instances.push(value);
  }

  /** What the host supplies: a function, a class for a resource, a core module, or an instance of such. */
  #host(frame: Frame, entity: Entity, place: HostPlace): Value {
    switch (entity.sort) {
      case 'func': {
        const type = this.#types.function(entity.type, frame.resource);
        return { sort: 'func', func: { kind: 'import', index: this.#imports.push({ ...place, type }) - 1 }, type };
      }
      case 'type': {
        if (entity.type.kind !== 'resource') return { sort: 'type' };
        const { id } = entity.type;
        if (!frame.hasResource(id)) frame.setResource(id, this.#resources.push({ kind: 'import', ...place }) - 1);
        return { sort: 'type', resource: frame.resource(id) };
      }
      case 'module':
        return { sort: 'module', module: { ...place, type: entity.type } };
      case 'instance':
        return { sort: 'instance', exports: new Map([...entity.type.exports].map(([name, item]) => [name, this.#host(frame, item, within(place, name))])) };
      default:
        return unsupported(
          `the import \`${[place.from, ...(place.path ?? []), place.name].filter((step) => step !== undefined).join(' ')}\` of a ${entity.sort}`,
        );
    }
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
      else if (value.sort === 'module') exports[name] = { kind: 'module', module: this.#module(value.module) };
      else exports[name] = { kind: 'other' };
    }
    return exports;
  }

  #trampoline(builtin: Builtin, frame: Frame): Trampoline {
    const { instance } = frame;
    switch (builtin.kind) {
      case 'lower': {
        const callee = defined(frame.funcs[builtin.func]);
        return { instance, kind: 'lower', callee: callee.func, type: callee.type, options: options(builtin.options, frame) };
      }
      case 'resource.new':
      case 'resource.drop':
      case 'resource.rep':
        return { instance, kind: builtin.kind, resource: frame.resource(builtin.resource.id) };
      case 'task.return': {
        const result = builtin.result && { result: this.#types.value(builtin.result, frame.resource) };
        return { instance, kind: builtin.kind, ...result, options: options(builtin.options, frame) };
      }
      case 'waitable-set.wait':
      case 'waitable-set.poll':
        return { instance, kind: builtin.kind, memory: defined(frame.core.memory[builtin.memory]) };
      case 'stream.new':
      case 'stream.drop-readable':
      case 'stream.drop-writable':
      case 'future.new':
      case 'future.drop-readable':
      case 'future.drop-writable':
        return { instance, kind: builtin.kind, type: this.#types.value(builtin.type, frame.resource) };
      case 'stream.read':
      case 'stream.write':
      case 'future.read':
      case 'future.write':
        return { instance, kind: builtin.kind, type: this.#types.value(builtin.type, frame.resource), options: options(builtin.options, frame) };
      case 'stream.cancel-read':
      case 'stream.cancel-write':
      case 'future.cancel-read':
      case 'future.cancel-write':
        return { instance, kind: builtin.kind, type: this.#types.value(builtin.type, frame.resource), async: builtin.async };
      case 'error-context.new':
      case 'error-context.debug-message':
        return { instance, kind: builtin.kind, options: options(builtin.options, frame) };
      case 'unsupported':
        return unsupported(builtin.feature);
      default:
        return { instance, ...builtin };
    }
  }
}

/** What a core instance exports under a name, wherever it comes from. */
function coreExport(frame: Frame, index: number, name: string): CoreRef {
  const instance = defined(frame.coreInstances[index]);
  return instance.kind === 'made' ? { kind: 'export', instance: instance.index, name } : defined(instance.exports.get(name));
}

function options({ encoding, memory, memory64, realloc, postReturn, callback, async }: Options, frame: Frame): CanonOptions {
  const func = (index: number): CoreRef => defined(frame.core.func[index]);
  return {
    encoding,
    ...(memory === undefined ? {} : { memory: defined(frame.core.memory[memory]) }),
    ...(memory64 ? { memory64 } : {}),
    ...(realloc === undefined ? {} : { realloc: func(realloc) }),
    ...(postReturn === undefined ? {} : { postReturn: func(postReturn) }),
    ...(callback === undefined ? {} : { callback: func(callback) }),
    async,
  };
}

/** Something in an instance that the host supplies. */
function within({ from, path, name }: HostPlace, item: string): HostPlace {
  return from === undefined ? { from: name, name: item } : { from, path: [...(path ?? []), name], name: item };
}

function moduleDef(module: Module | HostModule): ModuleDef {
  if ('offset' in module) return { kind: 'embedded', offset: module.offset, size: module.size };
  const { type, ...place } = module;
  return {
    kind: 'import',
    ...place,
    imports: type.imports.map((item) => ({ module: item.module, name: item.name, kind: item.type.kind })),
    exports: Array.from(type.exports, ([name, item]) => ({ name, kind: item.kind })),
  };
}
