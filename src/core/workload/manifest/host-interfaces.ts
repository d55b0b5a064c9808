import { readSources } from './config.ts';
import { note, type Place, quoted, refuse } from './problems.ts';
import { isAbsent, readFields, readList, readOptionalText, readText, readTextMap } from './read.ts';
import type { HostInterfaceSpec } from './spec.ts';

const most = 64;
const fields = ['name', 'namespace', 'package', 'version', 'interfaces', 'config', 'configFrom', 'secretFrom'] as const;

/** An entry with its version as written, by which entries are told apart. */
interface Entry {
  readonly at: Place;
  readonly version: string;
  readonly spec: HostInterfaceSpec;
}

/** `spec.hostInterfaces`. */
export function readHostInterfaces(at: Place): HostInterfaceSpec[] {
  const items = readList(at);
  if (items.length > most) note(at, `must have ${most} entries at most (it has ${items.length})`);
  const entries = items.slice(0, most).flatMap(readEntry);
  refuseAmbiguous(entries);
  return entries.map(({ spec }) => spec);
}

function readEntry(at: Place): Entry[] {
  const field = readFields(at, fields);
  if (field === undefined) return [];
  const name = readOptionalText(field('name'));
  if (name !== undefined && !/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    refuse(field('name'), "must be lower-case letters, digits and '-', which it does not begin with, 64 at most");
  }
  const version = readOptionalText(field('version')) ?? '';
  if (version.length > 64) refuse(field('version'), 'must be 64 characters at most');
  const spec: HostInterfaceSpec = {
    ...(name === undefined ? {} : { name }),
    namespace: readWitName(field('namespace')),
    package: readWitName(field('package')),
    // What is no version counts as none, which is any.
    ...(isSemanticVersion(version) ? { version } : {}),
    interfaces: readInterfaces(field('interfaces')),
    config: readTextMap(field('config')),
    ...readSources(field('configFrom'), field('secretFrom')),
  };
  return [{ at, version, spec }];
}

function readInterfaces(at: Place): string[] {
  const items = readList(at);
  if (isAbsent(at)) note(at, 'is missing');
  else if (Array.isArray(at.value) && items.length === 0) note(at, 'must name one interface at least');
  return [...new Set(items.map(readWitName))];
}

/** No interface of another name could ever be meant: https://component-model.bytecodealliance.org/design/wit.html#identifiers */
function readWitName(at: Place): string {
  const name = readText(at);
  if (name.length > 128) refuse(at, 'must be 128 characters at most');
  else if (name !== '' && !/^(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z0-9]+|[A-Z0-9]+))*$/.test(name)) {
    refuse(at, "must be a name of WIT, like http or incoming-handler: words of letters and digits, joined by '-'");
  }
  return name;
}

/** https://semver.org/#backusnaur-form-grammar-for-valid-semver-versions */
function isSemanticVersion(text: string): boolean {
  const number = '(?:0|[1-9]\\d*)';
  return new RegExp(`^${number}\\.${number}\\.${number}(?:-${prerelease}(?:\\.${prerelease})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`).test(text);
}

const prerelease = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';

/** An import must lead to one entry: only by their names can those of a package be told apart. */
function refuseAmbiguous(entries: readonly Entry[]): void {
  const known = new Map<string, string>();
  for (const { at, version, spec } of entries) {
    if (spec.namespace === '' || spec.package === '') continue;
    const of = `${spec.namespace}:${spec.package}`;
    const key = JSON.stringify(spec.name === undefined ? [of] : [of, spec.name, version]);
    const before = known.get(key);
    if (before === undefined) known.set(key, at.path);
    else if (spec.name === undefined) note(at, `only one entry of ${of} may be without a name, and ${before} is: give this one a name`);
    else note(at, `must differ from ${before} in namespace, package, name or version (both are ${of}, named ${quoted(spec.name)})`);
  }
}
