import { camelCase, pascalCase } from '../names.ts';
import type { ExportDef, FuncRef, FuncTypeIndex } from '../plan/plan.ts';
import { hostCall } from './host-call.ts';
import type { BoundLift } from './lift.ts';
import type { HostFunction } from './lower.ts';
import { disposeGuestResource, type GuestResource, type GuestResourceClass, type RuntimeResource } from './resources.ts';
import type { Store } from './store.ts';

/** What the exports are made of. */
export interface SurfaceParts {
  readonly store: Store;
  lift(index: number): BoundLift;
  hostFunction(index: number): HostFunction;
  resource(index: number): RuntimeResource;
  /** Whether a function's result is a WIT `result`, whose error is thrown. */
  fallible(type: FuncTypeIndex): boolean;
}

/** The exports as JavaScript has them: interfaces as objects, functions in camelCase, resources as classes. */
export function buildExports(defs: Readonly<Record<string, ExportDef>>, parts: SurfaceParts): Record<string, unknown> {
  const exports: Record<string, unknown> = {};
  const classes = new Map<string, GuestResourceClass>();
  for (const [name, def] of Object.entries(defs)) {
    if (def.kind === 'instance') exports[name] = buildExports(def.exports, parts);
    else if (def.kind === 'resource') {
      const made = resourceClass(name, parts.resource(def.resource));
      classes.set(name, made);
      exports[pascalCase(name)] = made;
    }
  }
  for (const [name, def] of Object.entries(defs)) {
    if (def.kind === 'func') place(exports, classes, name, callable(def.func, def.type, parts));
  }
  return exports;
}

function place(exports: Record<string, unknown>, classes: ReadonlyMap<string, GuestResourceClass>, name: string, run: HostFunction): void {
  const match = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/.exec(name);
  if (match === null) {
    exports[camelCase(name)] = run;
    return;
  }
  const [, kind, resource = '', member = ''] = match;
  const owner = classes.get(resource);
  if (owner === undefined) return;
  if (kind === 'constructor') constructors.set(owner, run);
  else if (kind === 'static') Object.defineProperty(owner, camelCase(member), { value: run });
  else {
    const method = function (this: GuestResource, ...args: unknown[]): unknown {
      return run(this, ...args);
    };
    Object.defineProperty(owner.prototype, camelCase(member), { value: method });
  }
}

/** The constructors that components export, by class. */
const constructors = new WeakMap<object, HostFunction>();

function resourceClass(name: string, resource: RuntimeResource): GuestResourceClass {
  const known = resource.guestClass;
  if (known !== undefined) return known;
  class Resource {
    constructor(...args: unknown[]) {
      const construct = constructors.get(Resource);
      if (construct === undefined) throw new TypeError(`the resource ${name} has no constructor`);
      return construct(...args) as Resource;
    }
  }
  Object.defineProperty(Resource, 'name', { value: pascalCase(name) });
  Object.defineProperty(Resource.prototype, Symbol.dispose, { value: disposeGuestResource });
  resource.guestClass = Resource;
  return Resource;
}

function callable(func: FuncRef, type: FuncTypeIndex, parts: SurfaceParts): HostFunction {
  if (func.kind === 'import') return parts.hostFunction(func.index);
  return hostCall(parts.store, parts.lift(func.index), parts.fallible(type));
}
