import { pascalCase } from '../names.ts';
import { directOf } from './direct.ts';
import type { HostFunction } from './lower.ts';
import { disposeGuestResource, type GuestResource, type GuestResourceClass, type RuntimeResource } from './resources.ts';

export type MemberKind = 'constructor' | 'method' | 'static';

/** The functions that an interface has for one of its resources. */
export interface ClassFunctions {
  /** Whether any of them is the component's own. */
  readonly own: boolean;
  readonly items: readonly { readonly kind: MemberKind; readonly name: string; readonly run: HostFunction }[];
}

/** Under this name a class has what makes its resources. */
const construct: unique symbol = Symbol('construct');
/** Under this name a class beside another finds that one. */
const prime: unique symbol = Symbol('prime');
/** Under this name a class says that it has an interface's functions. */
const defined: unique symbol = Symbol('defined');
/** Under this name a method has the function that takes the resource as its first argument, as components call it. */
const classMethod: unique symbol = Symbol('method');

/**
 * The class that stands for a resource outside. A component's own resource has one, with the functions of the interface that exports them first; one of
 * the host's has the host's class. Where another interface has functions of its own for it, there is a class beside with those, of which the same objects
 * are instances.
 */
export function guestClass(name: string, resource: RuntimeResource, functions: ClassFunctions | undefined): () => unknown {
  if (resource.owner === undefined) {
    if (functions?.own !== true) return () => resource.hostClass;
    const beside = classBeside(name, () => resource.hostClass);
    define(beside, functions);
    return () => beside;
  }
  const known = resource.guestClass;
  const made =
    known === undefined ? (resource.guestClass = ownClass(name)) : functions === undefined || !hasFunctions(known) ? known : classBeside(name, () => known);
  if (functions !== undefined) define(made, functions);
  return () => made;
}

function ownClass(name: string): GuestResourceClass {
  const made = createClass(name);
  Object.defineProperty(made.prototype, Symbol.dispose, { value: disposeGuestResource });
  return made;
}

function classBeside(name: string, find: () => GuestResourceClass | undefined): GuestResourceClass {
  const isInstance = (value: unknown): boolean => {
    const owner = find();
    return owner !== undefined && value instanceof owner;
  };
  return Object.defineProperties(createClass(name), { [Symbol.hasInstance]: { value: isInstance }, [prime]: { value: find } });
}

function createClass(name: string): GuestResourceClass {
  class Resource {
    constructor(...args: unknown[]) {
      const run = (Resource as { [construct]?: HostFunction })[construct];
      if (run === undefined) throw new TypeError(`the resource ${name} has no constructor`);
      return run(...args) as Resource;
    }
  }
  return Object.defineProperty(Resource, 'name', { value: pascalCase(name), configurable: true });
}

function define(owner: GuestResourceClass, { items }: ClassFunctions): void {
  for (const { kind, name, run } of items) {
    if (kind === 'constructor') Object.defineProperty(owner, construct, { value: run });
    else if (kind === 'static') Object.defineProperty(owner, name, { value: run });
    else Object.defineProperty(owner.prototype, name, { value: methodOf(run) });
  }
  Object.defineProperty(owner, defined, { value: true });
}

function hasFunctions(owner: object): boolean {
  return defined in owner;
}

/** A function whose first parameter is the resource, as a method. */
function methodOf(run: HostFunction): HostFunction {
  const method = function (this: GuestResource, ...args: unknown[]): unknown {
    return run(this, ...args);
  };
  return Object.defineProperty(method, classMethod, { value: directOf(run) });
}

/** Whether two classes stand for the same resource. */
export function isSameClass(one: object, other: object): boolean {
  return primeOf(one) === primeOf(other);
}
function primeOf(owner: object): object | undefined {
  const find = (owner as { [prime]?: () => object | undefined })[prime];
  return find === undefined ? owner : find();
}

/** A method of a component's class as components call it, if it is one. */
export function directMethodOf(method: unknown): HostFunction | undefined {
  return typeof method === 'function' ? (method as { [classMethod]?: HostFunction })[classMethod] : undefined;
}

/** What makes the resources of a component's class, if it is one. */
export function directConstructorOf(owner: unknown): HostFunction | undefined {
  const run = (owner as { [construct]?: HostFunction })[construct];
  return run === undefined ? undefined : directOf(run);
}
