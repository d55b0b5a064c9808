import { camelCase, pascalCase } from '../names.ts';
import type { ExportDef, FuncRef, FuncTypeIndex } from '../plan/plan.ts';
import { cancellable, cancelOf } from '../values.ts';
import { unboxed, withDirect } from './direct.ts';
import { type CallShape, hostCall } from './host-call.ts';
import type { BoundLift } from './lift.ts';
import type { HostFunction } from './lower.ts';
import { type ClassFunctions, guestClass, type MemberKind } from './guest-class.ts';
import type { Places } from './places.ts';
import type { RuntimeResource } from './resources.ts';
import type { Store } from './store.ts';

/** What the exports are made of. */
export interface SurfaceParts {
  readonly store: Store;
  lift(index: number): BoundLift;
  hostFunction(index: number): HostFunction;
  resource(index: number): RuntimeResource;
  module(index: number): WebAssembly.Module;
  shape(type: FuncTypeIndex): CallShape;
  /** For messages. */
  readonly places: Places;
}

/**
 * The exports as JavaScript has them: interfaces as objects, functions in camelCase, resources as classes, core modules as `WebAssembly.Module`s.
 * They can be given to another component as imports as they are.
 */
export function buildExports(defs: Readonly<Record<string, ExportDef>>, parts: SurfaceParts): Record<string, unknown> {
  const exports: Record<string, unknown> = {};
  const members = new Map<string, ClassFunctions>();
  for (const [name, def] of Object.entries(defs)) {
    if (def.kind !== 'func') continue;
    const run = callable(def.func, def.type, parts);
    const match = memberName.exec(name);
    if (match === null) {
      exports[camelCase(name)] = run;
      continue;
    }
    const [, kind, resource = '', member = ''] = match;
    const functions = members.get(resource) ?? { own: false, items: [] };
    members.set(resource, {
      own: functions.own || def.func.kind === 'lift',
      items: [...functions.items, { kind: kind as MemberKind, name: camelCase(member), run }],
    });
  }
  for (const [name, def] of Object.entries(defs)) {
    if (def.kind === 'instance') exports[name] = buildExports(def.exports, parts);
    else if (def.kind === 'module') exports[camelCase(name)] = parts.module(def.module);
    else if (def.kind === 'resource') {
      const find = guestClass(name, parts.resource(def.resource), members.get(name));
      // The host's own classes change when the instance gets other imports.
      Object.defineProperty(exports, pascalCase(name), { get: find, enumerable: true });
    }
  }
  return exports;
}

/** The name of a constructor, method or static function of a resource, in parts. */
const memberName = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/;

function callable(func: FuncRef, type: FuncTypeIndex, parts: SurfaceParts): HostFunction {
  const shape = parts.shape(type);
  // A function that only passes through is called as its owner is.
  if (func.kind === 'import') return seenBy(parts.hostFunction(func.index), shape);
  const where = (): string => parts.places.lift(func.index);
  return seenBy(hostCall(parts.store, parts.lift(func.index), shape, where), shape);
}

/** The form of a function that JavaScript sees, with the other beside it. */
function seenBy(called: HostFunction, { async, future }: CallShape): HostFunction {
  if (!async && !future) return called;
  const answered = future ? unboxedAnswer : (answer: unknown): unknown => answer;
  if (!async) return withDirect((...args) => answered(called(...args)), called);
  const seen: HostFunction = (...args) => {
    try {
      const answer = answered(called(...args));
      return answer instanceof Promise ? answer : Promise.resolve(answer);
    } catch (failure) {
      return Promise.reject(failure as Error);
    }
  };
  return withDirect(seen, called);
}

function unboxedAnswer(answer: unknown): unknown {
  if (!(answer instanceof Promise)) return unboxed(answer);
  const seen = answer.then(unboxed);
  const cancel = cancelOf(answer);
  return cancel === undefined ? seen : cancellable(seen, cancel);
}
