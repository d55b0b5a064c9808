import { invalid } from '../binary/cursor.ts';
import type { ExternName } from '../binary/names.ts';
import type { Entity, FunctionType, ResourceType } from './model.ts';
import type { Names } from './scope.ts';

const label = '(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)(?:-(?:[0-9a-z]+|[0-9A-Z]+))*';
const words = '[a-z][0-9a-z]*(?:-[0-9a-z]+)*';
const semver = String.raw`(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?`;

const labelPattern = new RegExp(`^${label}$`);
const plainPattern = new RegExp(`^(?:${label}|\\[constructor\\](${label})|\\[(?:method|static)\\](${label})\\.(${label}))$`);
const interfacePattern = new RegExp(`^${words}:${words}/${label}(?:@(.+))?$`);
const semverPattern = new RegExp(`^${semver}$`);
const canonicalVersionPattern = /^(?:[1-9]\d*|0\.[1-9]\d*|0\.0\.[1-9]\d*|0\.0\.0)$/;

/** Refuses a label that is not in kebab case. */
export function checkLabel(name: string, what: string, at: number): void {
  if (name === '') invalid(at, `${what} name cannot be empty`);
  if (!labelPattern.test(name)) invalid(at, `${what} name \`${name}\` is not in kebab case`);
}

/** Refuses labels of which two are the same but for case. */
export function checkLabels(names: readonly string[], what: string, at: number): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    checkLabel(name, what, at);
    const key = name.toLowerCase();
    const previous = seen.get(key);
    if (previous !== undefined) invalid(at, `${what} name \`${name}\` conflicts with previous name \`${previous}\``);
    seen.set(key, name);
  }
}

/** Whether a name is a plain label, as those are that resources go by. */
export function isLabel(name: string): boolean {
  return labelPattern.test(name);
}

/** Gives an import or export its name, by the rules for names, their attributes and their uniqueness (Binary.md, import and export definitions). */
export function nameEntity(names: Names, { at, name, ...attributes }: ExternName, entity: Entity, what: 'import' | 'export'): void {
  const plain = plainPattern.test(name);
  if (!plain) checkInterface(name, attributes.versionSuffix, at);
  if (attributes.implements !== undefined) {
    if (attributes.implements === '') invalid(at, '`` is not a valid name');
    if (!isInterface(attributes.implements)) invalid(at, `\`implements\` value \`${attributes.implements}\` must be an interface name`);
    if (entity.sort !== 'instance') invalid(at, 'only instances can have an `implements` attribute');
    if (!plain || name.startsWith('[')) invalid(at, `name \`${name}\` is not valid with \`implements\``);
  }
  if (attributes.versionSuffix !== undefined && entity.sort !== 'instance') invalid(at, 'only instances can have a `versionsuffix` attribute');
  if (name.startsWith('[')) checkAnnotated(names, name, entity, at);
  const key = canonicalName(name);
  const previous = names.canonical.get(key);
  if (previous !== undefined) invalid(at, `${what} name \`${name}\` conflicts with previous name \`${previous}\``);
  names.canonical.set(key, name);
  names.entities.set(name, entity);
}

function checkInterface(name: string, suffix: string | undefined, at: number): void {
  const match = interfacePattern.exec(name);
  if (match === null) invalid(at, `\`${name}\` is not a valid extern name: it is not in kebab case, and not the name of an interface`);
  const version = match[1];
  if (suffix !== undefined) {
    const whole = version !== undefined && canonicalVersionPattern.test(version) && semverPattern.test(version + suffix);
    if (!whole) invalid(at, `\`${name}\` with the version suffix \`${suffix}\` has no valid version`);
  } else if (version === undefined ? name.includes('@') : !semverPattern.test(version)) {
    invalid(at, `\`${name}\` is not a valid extern name: \`${version ?? ''}\` is not a semantic version`);
  }
}

function isInterface(name: string): boolean {
  const match = interfacePattern.exec(name);
  return match !== null && (match[1] === undefined || semverPattern.test(match[1]));
}

/** The form in which names must differ (Explainer.md, name uniqueness). */
function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  const match = /^\[(?:method|static)\](.*)$/.exec(lower);
  if (match === null) return lower;
  const [resource, member] = (match[1] ?? '').split('.');
  return resource === member ? (member ?? '') : `${resource}.${member}`;
}

/** A constructor, method or static function: it belongs to a resource with a name in the same scope. */
function checkAnnotated(names: Names, name: string, entity: Entity, at: number): void {
  const match = plainPattern.exec(name);
  const func = entity.sort === 'func' ? entity.type : invalid(at, `\`${name}\` is not a func`);
  const expected = match?.[1] ?? match?.[2] ?? '';
  if (name.startsWith('[static]')) {
    if (!names.resourceNames.has(expected)) invalid(at, `\`${name}\`: static resource name is not known in this context`);
    return;
  }
  if (name.startsWith('[constructor]') && func.async) invalid(at, `\`${name}\`: constructor function cannot be async`);
  const resource = name.startsWith('[constructor]') ? constructed(func, name, at) : self(func, name, at);
  const found = names.resources.get(resource);
  if (found === undefined) invalid(at, `\`${name}\`: resource used in function does not have a name in this context`);
  if (found !== expected) invalid(at, `\`${name}\`: function does not match expected resource name \`${found}\``);
}

function constructed(func: FunctionType, name: string, at: number): ResourceType {
  const { result } = func;
  if (result === undefined) return invalid(at, `\`${name}\`: function should return one value`);
  const value = result.kind === 'result' ? result.ok : result;
  return value?.kind === 'own' ? value.of : invalid(at, `\`${name}\`: function should return \`(own $T)\` or \`(result (own $T))\``);
}

function self(func: FunctionType, name: string, at: number): ResourceType {
  const [first] = func.params;
  if (first === undefined) return invalid(at, `\`${name}\`: function should have at least one argument`);
  if (first.name !== 'self') return invalid(at, `\`${name}\`: function should have a first argument called \`self\``);
  return first.type.kind === 'borrow' ? first.type.of : invalid(at, `\`${name}\`: function should take a first argument of \`(borrow $T)\``);
}
