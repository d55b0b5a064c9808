import { HostlingError } from '../../errors.ts';
import { locate } from '../failure-place.ts';
import { camelCase, pascalCase } from '../names.ts';
import type { ExportDef, FuncRef, FuncType, FuncTypeIndex, LiftIndex, TypeDef } from '../plan/plan.ts';
import { cancellable, WitError } from '../values.ts';
import { Boxed, discard, unboxed, withDirect } from './direct.ts';
import type { GuestFuture } from './host-futures.ts';
import type { BoundLift } from './lift.ts';
import type { HostFunction } from './lower.ts';
import { type ClassFunctions, guestClass, type MemberKind } from './guest-class.ts';
import type { Places } from './places.ts';
import type { RuntimeResource } from './resources.ts';
import type { Store } from './store.ts';
import type { Task } from './task.ts';
import { toReason } from './reason.ts';

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

/** What of a function's type its callers see. */
export interface CallShape {
  readonly async: boolean;
  /** Its result is a WIT `result`, whose error is thrown. */
  readonly fallible: boolean;
  /** What it answers is a future and nothing else. */
  readonly future: boolean;
}

/** @param type of a function */
export function callShape(types: readonly TypeDef[], { async, result }: FuncType): CallShape {
  const def = result === undefined ? undefined : types[result];
  const answer = def?.kind === 'result' ? (def.ok === undefined ? undefined : types[def.ok]) : def;
  return { async, fallible: def?.kind === 'result', future: answer?.kind === 'future' };
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
  const called = func.kind === 'import' ? parts.hostFunction(func.index) : callOf(parts, func.index, shape);
  return withDirect(seenBy(called, shape), called);
}

/** The form of a function that JavaScript sees. */
function seenBy(called: HostFunction, { async, future }: CallShape): HostFunction {
  if (async) return future ? async (...args) => unboxed(await called(...args)) : async (...args) => called(...args);
  if (!future) return (...args) => called(...args);
  return (...args) => {
    const answer = called(...args);
    return answer instanceof Promise ? answer.then(unboxed) : unboxed(answer);
  };
}

/** Calls a component from outside: the result, or a promise of it; the error of a WIT `result` is thrown as {@link WitError}. */
function callOf({ store, places, ...parts }: SurfaceParts, index: LiftIndex, shape: CallShape): HostFunction {
  const lift = parts.lift(index);
  const where = (): string => places.lift(index);
  const expected = lift.type.params.length;
  const call = (args: unknown[]): unknown => {
    try {
      store.check();
    } catch (failure) {
      throw locate(failure, where);
    }
    if (store.frozen) return store.whenThawed().then(() => call(args));
    let outcome: { value: unknown } | undefined;
    let settle: { resolve: (value: unknown) => void; reject: (reason: unknown) => void } | undefined;
    let abandoned = false;
    const release = store.addCall((reason) => settle?.reject(reason));
    const resolve = (value: unknown, cancelled: boolean): void => {
      release();
      if (cancelled) settle?.reject(new HostlingError('cancelled', 'the call was cancelled'));
      else if (abandoned) discard(value);
      else {
        outcome = { value };
        settle?.resolve(outcome);
      }
    };
    const guarded = <T>(run: () => T): T => {
      try {
        return run();
      } catch (thrown) {
        release();
        const reason = locate(toReason(thrown), where);
        store.poison(reason);
        throw reason;
      }
    };
    const task: Task = guarded(() => lift.call({ audience: 'host', start: () => args, resolve }));
    if (outcome !== undefined) return resultOf(outcome.value, shape);
    const promise = new Promise((resolvePromise, reject) => {
      settle = { resolve: resolvePromise, reject };
    });
    store.settle();
    const result = promise.then((value) => resultOf((value as { value: unknown }).value, shape));
    return cancellable(result, () => {
      abandoned = true;
      if (!task.resolved && !store.failed) guarded(() => task.requestCancel());
    });
  };
  return (...args) => call(args.length < expected ? [...args, ...Array.from({ length: expected - args.length }, () => undefined)] : args);
}

function resultOf(value: unknown, { fallible, future }: CallShape): unknown {
  let answer = value;
  if (fallible) {
    const result = value as { tag: 'ok' | 'err'; val: unknown };
    if (result.tag === 'err') throw new WitError(result.val);
    answer = result.val;
  }
  return future ? new Boxed(answer as GuestFuture) : answer;
}
