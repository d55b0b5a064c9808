import type { InterfaceImpl } from '../../wasi/interface.ts';
import { HostlingError } from '../../errors.ts';
import type { Imports } from '../engine.ts';
import { camelCase, pascalCase } from '../names.ts';
import type { ImportDef, ResourceDef } from '../plan/plan.ts';
import type { HostFunction } from './lower.ts';

/** Finds the host's function for an import: a function of the interface, or a method, static or constructor of one of its classes. */
export function hostFunction(imports: Imports, def: ImportDef): HostFunction {
  const impl = implOf(imports, def.from ?? def.name);
  if (def.from === undefined) return check(impl['default'] ?? impl, def);
  const match = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/.exec(def.name);
  if (match === null) return check(impl[camelCase(def.name)], def);
  const [, kind, resource = '', member = ''] = match;
  const owner = impl[pascalCase(resource)] as (new (...args: unknown[]) => object) | undefined;
  if (typeof owner !== 'function') return missing(def);
  const name = camelCase(member);
  if (kind === 'constructor') return (...args) => new owner(...args);
  if (kind === 'static') return check((owner as unknown as Record<string, unknown>)[name], def).bind(owner);
  check((owner.prototype as Record<string, unknown>)[name], def);
  return (self, ...args) => (self as Record<string, HostFunction>)[name]?.(...args);
}

/** The host's class for a resource that the component imports. */
export function hostClass(imports: Imports, def: Extract<ResourceDef, { kind: 'import' }>): new (...args: never[]) => object {
  const impl = implOf(imports, def.from ?? def.name);
  const owner = impl[pascalCase(def.name)];
  if (typeof owner !== 'function') throw new HostlingError('instantiate-failed', `the import ${def.from ?? ''} has no class for its resource ${def.name}`);
  return owner as new (...args: never[]) => object;
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
