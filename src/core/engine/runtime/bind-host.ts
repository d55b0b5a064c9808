import { HostlingError } from '../../errors.ts';
import type { InterfaceImpl } from '../../wasi/interface.ts';
import type { Imports } from '../engine.ts';
import { camelCase, pascalCase } from '../names.ts';
import type { ImportDef, ResourceDef } from '../plan/plan.ts';
import type { HostFunction } from './lower.ts';

/** Finds the host's function for an import: a function of the interface, or a method, static or constructor of one of its classes. */
export type FindHost = (imports: Imports) => HostFunction;

/** Finds the host's class for a resource that the component imports. */
export type FindClass = (imports: Imports) => new (...args: never[]) => object;

/** How an import is found, worked out once for all instances: names in JavaScript are not as in WIT. */
export function findHost(def: ImportDef): FindHost {
  const from = def.from ?? def.name;
  if (def.from === undefined) return (imports) => check(implOf(imports, from)['default'] ?? imports[from], def);
  const match = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/.exec(def.name);
  if (match === null) {
    const name = camelCase(def.name);
    return (imports) => check(implOf(imports, from)[name], def);
  }
  const [, kind, resource = '', member = ''] = match;
  const className = pascalCase(resource);
  const name = camelCase(member);
  const ownerIn = (imports: Imports): new (...args: unknown[]) => object => {
    const owner = implOf(imports, from)[className];
    return typeof owner === 'function' ? (owner as new (...args: unknown[]) => object) : missing(def);
  };
  if (kind === 'constructor') {
    return (imports) => {
      const owner = ownerIn(imports);
      return (...args) => new owner(...args);
    };
  }
  if (kind === 'static') {
    return (imports) => {
      const owner = ownerIn(imports) as unknown as Record<string, unknown>;
      return check(owner[name], def).bind(owner);
    };
  }
  // Whatever class it is of, an object finds its method by itself.
  const call: HostFunction = (self, ...args) => (self as Record<string, HostFunction>)[name]?.(...args);
  return (imports) => {
    check((ownerIn(imports).prototype as Record<string, unknown>)[name], def);
    return call;
  };
}

/** How the class of an imported resource is found. */
export function findClass(def: Extract<ResourceDef, { kind: 'import' }>): FindClass {
  const from = def.from ?? def.name;
  const className = pascalCase(def.name);
  return (imports) => {
    const owner = implOf(imports, from)[className];
    if (typeof owner !== 'function') throw new HostlingError('instantiate-failed', `the import ${from} has no class for its resource ${def.name}`);
    return owner as new (...args: never[]) => object;
  };
}

function implOf(imports: Imports, name: string): InterfaceImpl {
  const impl = imports[name];
  if (impl === undefined) throw new HostlingError('instantiate-failed', `the import ${name} was not supplied`);
  return impl;
}

function check(value: unknown, def: ImportDef): HostFunction {
  return typeof value === 'function' ? (value as HostFunction) : missing(def);
}

function missing(def: ImportDef): never {
  throw new HostlingError('instantiate-failed', `the import ${def.from ?? ''} was supplied without its function ${def.name}`);
}
