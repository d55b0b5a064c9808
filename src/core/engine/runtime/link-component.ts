import { HostlingError } from '../../errors.ts';
import type { InterfaceImpl } from '../../wasi/interface.ts';
import type { Component, Imports, Instance } from '../engine.ts';
import { camelCase, pascalCase } from '../names.ts';
import type { ExportDef, Step } from '../plan/plan.ts';
import { interfaceOf } from './bind-host.ts';
import { buildExports, type SurfaceParts } from './surface.ts';

/**
 * Makes an instance of a component that the host supplies, given what its user has for it. It has a store of its own, as all instances that the host makes.
 * @throws HostlingError `instantiate-failed`
 */
export async function linkComponent(step: Extract<Step, { kind: 'link' }>, imports: Imports, parts: SurfaceParts): Promise<Instance> {
  return componentOf(step, imports).instantiate(argumentsOf(step.args, buildExports(step.args, parts)));
}

/** A component of the root is supplied as it is, or as the `default` of what serves its name. */
function componentOf({ component: place }: Extract<Step, { kind: 'link' }>, imports: Imports): Component {
  const impl: unknown = place.from === undefined ? imports[place.name] : interfaceOf(imports, place)[camelCase(place.name)];
  for (const found of [impl, (impl as InterfaceImpl | undefined)?.['default']]) {
    if (typeof found === 'object' && found !== null && 'instantiate' in found) return found as Component;
  }
  throw new HostlingError('instantiate-failed', `the import ${place.name} was not supplied with a component`);
}

/** What an instance exports is named as JavaScript names it, what it imports as WIT does. */
function argumentsOf(defs: Readonly<Record<string, ExportDef>>, given: Readonly<Record<string, unknown>>): Imports {
  const named = Object.entries(defs).map(([name, { kind }]) => [
    name,
    given[kind === 'instance' ? name : kind === 'resource' ? pascalCase(name) : camelCase(name)],
  ]);
  return Object.fromEntries(named) as Imports;
}
