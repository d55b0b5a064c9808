import { HostlingError } from '../../errors.ts';
import { camelCase, pascalCase } from '../names.ts';
import type { ExportDef, FuncRef, FuncTypeIndex } from '../plan/plan.ts';
import { WitError } from '../values.ts';
import type { BoundLift } from './lift.ts';
import type { HostFunction } from './lower.ts';
import { disposeGuestResource, type GuestResource, type GuestResourceClass, type RuntimeResource } from './resources.ts';
import type { Store } from './store.ts';
import { toReason } from './trampoline.ts';

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
  const lift = parts.lift(func.index);
  return hostCall(parts.store, lift, parts.fallible(type));
}

/** Calls a component from outside: the result, or a promise of it; the error of a WIT `result` is thrown as {@link WitError}. */
function hostCall(store: Store, lift: BoundLift, fallible: boolean): HostFunction {
  const expected = lift.type.params.length;
  const call = (args: unknown[]): unknown => {
    store.check();
    if (store.frozen) return store.whenThawed().then(() => call(args));
    let outcome: { value: unknown } | undefined;
    let settle: { resolve: (value: unknown) => void; reject: (reason: unknown) => void } | undefined;
    let ended: { reason: unknown } | undefined;
    const release = store.addCall((reason) => {
      ended = { reason };
      settle?.reject(reason);
    });
    const resolve = (value: unknown, cancelled: boolean): void => {
      release();
      if (cancelled) settle?.reject(new HostlingError('cancelled', 'the call was cancelled'));
      else {
        outcome = { value };
        settle?.resolve(value);
      }
    };
    try {
      lift.call({ audience: 'host', start: () => args, resolve });
    } catch (thrown) {
      release();
      const reason = toReason(thrown);
      store.poison(reason);
      throw reason;
    }
    if (outcome !== undefined) return unwrapResult(outcome.value, fallible);
    // The store failed on the way, and nobody was told yet.
    if (ended !== undefined) throw ended.reason;
    const promise = new Promise((resolvePromise, reject) => {
      settle = { resolve: resolvePromise, reject };
    });
    store.settle();
    return promise.then((value) => unwrapResult(value, fallible));
  };
  const run = (...args: unknown[]): unknown => {
    if (args.length < expected) args = [...args, ...Array.from({ length: expected - args.length }, () => undefined)];
    return call(args);
  };
  return lift.type.async ? async (...args) => run(...args) : run;
}

function unwrapResult(value: unknown, fallible: boolean): unknown {
  if (!fallible) return value;
  const result = value as { tag: 'ok' | 'err'; val: unknown };
  if (result.tag === 'ok') return result.val;
  throw new WitError(result.val);
}
