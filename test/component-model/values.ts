import { camelCase } from '../../src/core/engine/names.ts';
import type { Constant } from './script/constants.ts';

/** A script's value as JavaScript has it: the representation of `src/core/engine/values.ts`. */
export function toJs(constant: Constant): unknown {
  switch (constant.kind) {
    case 'list':
      return constant.items[0]?.kind === 'u8' ? Uint8Array.from(constant.items.map(toJs) as number[]) : constant.items.map(toJs);
    case 'tuple':
      return constant.items.map(toJs);
    case 'record':
      return Object.fromEntries(constant.fields.map(([name, value]) => [camelCase(name), toJs(value)]));
    case 'variant':
      return constant.payload === undefined ? { tag: constant.name } : { tag: constant.name, val: toJs(constant.payload) };
    case 'option':
      return constant.some === undefined ? undefined : someToJs(constant.some);
    case 'result':
      return { tag: constant.tag, val: constant.payload === undefined ? undefined : toJs(constant.payload) };
    case 'flags':
      return Object.fromEntries(constant.names.map((name) => [camelCase(name), true]));
    default:
      return constant.value;
  }
}

/** An option in an option keeps its case, or `some(none)` could not be told from `none`. */
function someToJs(some: Constant): unknown {
  if (some.kind !== 'option') return toJs(some);
  return some.some === undefined ? { tag: 'none' } : { tag: 'some', val: someToJs(some.some) };
}

/** Whether a value is what the script expects. Flags not named may be absent or false; a list of numbers may be a typed array. */
export function matches(expected: Constant, actual: unknown): boolean {
  switch (expected.kind) {
    case 'list':
    case 'tuple': {
      const items =
        Array.isArray(actual) || (ArrayBuffer.isView(actual) && !(actual instanceof DataView)) ? Array.from(actual as ArrayLike<unknown>) : undefined;
      return items?.length === expected.items.length && expected.items.every((item, index) => matches(item, items[index]));
    }
    case 'record':
      return (
        isObject(actual) &&
        Object.keys(actual).length === expected.fields.length &&
        expected.fields.every(([name, value]) => matches(value, actual[camelCase(name)]))
      );
    case 'variant':
      return isObject(actual) && actual['tag'] === expected.name && matchesPayload(expected.payload, actual['val']);
    case 'option':
      return expected.some === undefined ? actual === undefined : matchesSome(expected.some, actual);
    case 'result':
      return isObject(actual) && actual['tag'] === expected.tag && matchesPayload(expected.payload, actual['val']);
    case 'flags': {
      if (!isObject(actual)) return false;
      const names = Object.keys(actual).filter((name) => actual[name] === true);
      return names.length === expected.names.length && expected.names.every((name) => names.includes(camelCase(name)));
    }
    case 'f32':
    case 'f64':
      return Object.is(actual, expected.value);
    default:
      return actual === expected.value;
  }
}

function matchesPayload(expected: Constant | undefined, actual: unknown): boolean {
  return expected === undefined ? actual === undefined : matches(expected, actual);
}

function matchesSome(some: Constant, actual: unknown): boolean {
  if (some.kind !== 'option') return actual !== undefined && matches(some, actual);
  if (!isObject(actual)) return false;
  return some.some === undefined ? actual['tag'] === 'none' : actual['tag'] === 'some' && matchesSome(some.some, actual['val']);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** For messages. */
export function show(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}n` : typeof item === 'function' ? 'a function' : item)) ?? String(value)
  );
}
