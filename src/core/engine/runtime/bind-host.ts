import { HostlingError } from '../../errors.ts';
import type { InterfaceImpl } from '../../wasi/interface.ts';
import type { Imports } from '../engine.ts';
import { camelCase, pascalCase } from '../names.ts';
import type { HostPlace, ImportDef, ResourceDef } from '../plan/plan.ts';
import { directOf } from './direct.ts';
import { directConstructorOf, directMethodOf, isSameClass } from './guest-class.ts';
import type { HostFunction } from './lower.ts';

/** Finds the host's function for an import: a function of the interface, or a method, static or constructor of one of its classes. */
export type FindHost = (imports: Imports) => HostFunction;

/** Finds the host's class for a resource that the component imports. */
export type FindClass = (imports: Imports) => new (...args: never[]) => object;

/** How an import is found, worked out once for all instances: names in JavaScript are not as in WIT. Another component's exports are found as the host's are. */
export function findHost(def: ImportDef): FindHost {
  const match = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/.exec(def.name);
  if (def.from === undefined) {
    const alone: FindHost = (imports) => check(implOf(imports, def.name)['default'] ?? imports[def.name], def);
    if (match === null) return alone;
    const member = findMember(def, match);
    return (imports) => (imports[def.name] === undefined ? member : alone)(imports);
  }
  if (match !== null) return findMember(def, match);
  const name = camelCase(def.name);
  return (imports) => check(interfaceOf(imports, def)[name], def);
}

/** How a function of a resource is found, in its class. */
function findMember(def: ImportDef, match: RegExpExecArray): FindHost {
  const [, kind, resource = '', member = ''] = match;
  const find = classIn(def, resource);
  const name = camelCase(member);
  const ownerIn = (imports: Imports): new (...args: unknown[]) => object => (find(imports) as new (...args: unknown[]) => object) ?? missing(def);
  if (kind === 'constructor') {
    return (imports) => {
      const owner = ownerIn(imports);
      return directConstructorOf(owner) ?? ((...args) => new owner(...args));
    };
  }
  if (kind === 'static') {
    return (imports) => {
      const owner = ownerIn(imports) as unknown as Record<string, unknown>;
      const found = check(owner[name], def);
      return directOf(found) === found ? found.bind(owner) : found;
    };
  }
  // Whatever class it is of, an object finds its method by itself.
  const call: HostFunction = (self, ...args) => (self as Record<string, HostFunction>)[name]?.(...args);
  return (imports) => {
    const method = (ownerIn(imports).prototype as Record<string, unknown>)[name];
    check(method, def);
    return directMethodOf(method) ?? call;
  };
}

/** How the class of an imported resource is found. */
export function findClass(def: Extract<ResourceDef, { kind: 'import' }>): FindClass {
  const find = classIn(def, def.name);
  const again = (def.also ?? []).map((place) => ({ place, find: classIn(place, place.name) }));
  return (imports) => {
    const owner = find(imports);
    if (owner === undefined) throw new HostlingError('instantiate-failed', `the import ${placeOf(def)} has no class for its resource ${def.name}`);
    for (const { place, find: findAgain } of again) {
      const other = imports[place.from ?? place.name] === undefined ? undefined : findAgain(imports);
      if (other !== undefined && !isSameClass(owner, other))
        throw new HostlingError('instantiate-failed', `the import ${placeOf(place)} has another class for the resource ${def.name} than ${placeOf(def)}`);
    }
    return owner as new (...args: never[]) => object;
  };
}

/** Looks for a resource's class beside something that is imported: in the interface, or under its own name for a resource of the root. */
function classIn(place: HostPlace, resource: string): (imports: Imports) => object | undefined {
  const className = pascalCase(resource);
  const within = { ...place, name: resource };
  return (imports) => {
    const alone: unknown = place.from === undefined ? implOf(imports, resource) : undefined;
    const owner = typeof alone === 'function' ? alone : interfaceOf(imports, within)[className];
    return typeof owner === 'function' ? owner : undefined;
  };
}

/** Where the host has to put something that is imported, for messages. */
export const placeOf = ({ from, path = [], name }: HostPlace): string => [from ?? name, ...path].join(' ');

function implOf(imports: Imports, name: string): InterfaceImpl {
  const impl = imports[name];
  if (impl === undefined) throw new HostlingError('instantiate-failed', `the import ${name} was not supplied`);
  return impl;
}

/** What serves the interface that something is imported from; an instance within it is found by its name, as WIT or as JavaScript writes it. */
export function interfaceOf(imports: Imports, { from, path, name }: HostPlace): InterfaceImpl {
  let impl = implOf(imports, from ?? name);
  if (path === undefined) return impl;
  for (const step of path) {
    const inner = impl[step] ?? impl[camelCase(step)];
    if (typeof inner !== 'object' || inner === null)
      throw new HostlingError('instantiate-failed', `the import ${from ?? ''} was supplied without its instance ${step}`);
    impl = inner as InterfaceImpl;
  }
  return impl;
}

function check(value: unknown, def: ImportDef): HostFunction {
  return typeof value === 'function' ? directOf(value as HostFunction) : missing(def);
}

function missing(def: ImportDef): never {
  throw new HostlingError('instantiate-failed', `the import ${placeOf(def)} was supplied without its function ${def.name}`);
}
