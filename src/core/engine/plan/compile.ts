import { Cursor } from '../binary/cursor.ts';
import { requireComponent } from '../wasm-kind.ts';
import type { ComponentInterface, Extern, FunctionType } from '../interface.ts';
import { readComponent } from './component.ts';
import type { Component } from './definition.ts';
import { inline } from './inline.ts';
import type { Entities, Entity } from './model.ts';
import type { Plan } from './plan.ts';

/**
 * Reads and validates a component, and works out what instantiating it does. Core modules are read for their types only; their code is
 * validated by whoever compiles them.
 * @throws HostlingError `not-wasm` or `core-module`; `invalid-component` with the byte at fault and what was expected there;
 * `prepare-failed` for a valid component that uses what a plan cannot express
 */
export function compilePlan(bytes: Uint8Array): Plan {
  const component = read(bytes);
  const { imports, exports } = component.type;
  return { version: 1, interface: { imports: externs(imports), exports: externs(exports) }, ...inline(component) };
}

/**
 * Checks that a component is valid, whether or not it could be run.
 * @throws HostlingError as {@link compilePlan}, but for `prepare-failed`
 */
export function validateComponent(bytes: Uint8Array): ComponentInterface {
  const { imports, exports } = read(bytes).type;
  return { imports: externs(imports), exports: externs(exports) };
}

function read(bytes: Uint8Array): Component {
  requireComponent(bytes);
  return readComponent(new Cursor(bytes));
}

function externs(entities: Entities): Extern[] {
  return Array.from(entities, ([name, entity]) => {
    const functions = functionsOf(name, entity);
    return functions === undefined ? { name, kind: entity.sort } : { name, kind: entity.sort, functions };
  });
}

function functionsOf(name: string, entity: Entity): FunctionType[] | undefined {
  if (entity.sort === 'func') return [{ name, async: entity.type.async }];
  if (entity.sort !== 'instance') return undefined;
  return [...entity.type.exports].flatMap(([item, { sort, type }]) => (sort === 'func' ? [{ name: item, async: type.async }] : []));
}
