import { nearestName } from './nearest.ts';
import { fieldOf, itemOf, note, type Place, quoted, refuse, refuseSecret } from './problems.ts';

/*
 * Readers of one value each. What is wrong is noted, and something of the right type answered all the same, so that the rest is looked at, too:
 * whoever begins to read looks at the problems at the end, and at nothing else if there are any. `null` is as good as nothing.
 */

/** The most that 32 bits with a sign hold, which wasmCloud's counts are. */
export const mostInt32: number = 2 ** 31 - 1;

/** Whether there is nothing at a place. */
export function isAbsent({ value }: Place): boolean {
  return value === undefined || value === null;
}

/** The fields of an object, of which there may be no others than the known. Answers undefined when it is no object. */
export function readFields<Name extends string>(at: Place, known: readonly Name[]): ((name: Name) => Place) | undefined {
  const object = readObject(at);
  if (object === undefined) return undefined;
  for (const name of Object.keys(object)) {
    if (known.some((each) => each === name)) continue;
    const meant = nearestName(name, known);
    const others = known.length === 0 ? ', nor any other' : `; there are ${known.join(', ')}`;
    note(fieldOf(at, name, undefined), `there is no such field${meant === undefined ? others : `; did you mean ${meant}?`}`);
  }
  return (name) => fieldOf(at, name, Object.hasOwn(object, name) ? object[name] : undefined);
}

/** The object at a place, of whatever fields. */
function readObject(at: Place, refuseIt = refuse): Readonly<Record<string, unknown>> | undefined {
  if (isAbsent(at)) note(at, 'is missing');
  else if (isObject(at.value)) return at.value;
  else refuseIt(at, 'must be an object');
  return undefined;
}

/** The places of a list's items; none when there is no list. */
export function readList(at: Place): Place[] {
  if (isAbsent(at)) return [];
  if (Array.isArray(at.value)) return at.value.map((item: unknown, index) => itemOf(at, index, item));
  refuse(at, 'must be a list');
  return [];
}

/** A text that must be there, and not be empty. */
export function readText(at: Place): string {
  if (isAbsent(at)) note(at, 'is missing');
  else if (typeof at.value !== 'string') refuse(at, 'must be a text');
  else if (at.value.trim() === '') refuse(at, 'must not be empty');
  else return at.value;
  return '';
}

/** A text that need not be there; an empty one is none. */
export function readOptionalText(at: Place): string | undefined {
  return isAbsent(at) || at.value === '' ? undefined : readText(at) || undefined;
}

/** A list of texts, each of which is looked at by `explain`: why it is wrong, or undefined. */
export function readTexts(at: Place, explain: (text: string) => string | undefined): string[] {
  return readList(at).map((item) => {
    if (typeof item.value !== 'string') refuse(item, 'must be a text');
    else {
      const reason = explain(item.value);
      if (reason !== undefined) note(item, reason);
      return item.value;
    }
    return '';
  });
}

/** A name as Kubernetes has it for most of its things: https://www.rfc-editor.org/rfc/rfc1123, one label. */
export function readDnsLabel(at: Place): string {
  const name = readText(at);
  if (name !== '' && !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    refuse(at, "must be a DNS label: lower-case letters, digits and '-', not at its ends, 63 at most");
  }
  return name;
}

/** Texts by name. Their values may be secrets, and are never told. */
export function readTextMap(at: Place, explainName: (name: string) => string | undefined = () => undefined): Record<string, string> {
  if (isAbsent(at)) return {};
  const texts: [string, string][] = [];
  for (const [name, value] of Object.entries(readObject(at, refuseSecret) ?? {})) {
    const place = fieldOf(at, name, value);
    const reason = explainName(name);
    if (reason !== undefined) note(place, reason);
    if (typeof value === 'string') texts.push([name, value]);
    else refuseSecret(place, isPlain(value) ? 'must be a text: put it in quotes' : 'must be a text');
  }
  // Unlike an assignment this has no special names.
  return Object.fromEntries(texts);
}

/** A whole number between two others. */
export function readWholeNumber(at: Place, otherwise: number, least: number, most: number): number {
  if (isAbsent(at)) return otherwise;
  const { value } = at;
  if (!Number.isInteger(value) || Number(value) < least) refuse(at, `must be a whole number, ${least} or more`);
  else if (Number(value) > most) refuse(at, `must be a whole number, ${most} at most`);
  // -0 is a number of its own to some.
  else return Number(value) + 0;
  return otherwise;
}

/** `true` or `false`. */
export function readFlag(at: Place, otherwise: boolean): boolean {
  if (isAbsent(at)) return otherwise;
  if (typeof at.value === 'boolean') return at.value;
  refuse(at, 'must be true or false');
  return otherwise;
}

/** One of some words. */
export function readWord<Word extends string>(at: Place, words: readonly Word[], otherwise: Word): Word {
  if (isAbsent(at) || at.value === '') return otherwise;
  const word = words.find((each) => each === at.value);
  if (word === undefined) refuse(at, `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`);
  return word ?? otherwise;
}

/** Notes every place whose name another before it has. */
export function refuseRepeated(places: readonly { readonly at: Place; readonly name: string }[]): void {
  const first = new Map<string, Place>();
  for (const { at, name } of places) {
    const before = first.get(name);
    if (name === '') continue;
    if (before === undefined) first.set(name, at);
    else note(at, `must be unique: ${before.path} is ${quoted(name)} already`);
  }
}

/** Whether something is an object of fields, which lists, maps and dates are not. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

function isPlain(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}
