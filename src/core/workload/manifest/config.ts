import type { Place } from './problems.ts';
import { isAbsent, isObject, readFields, readList, readText, readTextMap } from './read.ts';
import type { ConfigSources } from './spec.ts';

/** Of no cluster. */
export const noSources: ConfigSources = Object.freeze({ configFrom: Object.freeze([]), secretFrom: Object.freeze([]) });

/** The names of `configFrom` and `secretFrom`. */
export function readSources(configFrom: Place, secretFrom: Place): ConfigSources {
  return { configFrom: readReferences(configFrom), secretFrom: readReferences(secretFrom) };
}

function readReferences(at: Place): string[] {
  return readList(at).flatMap((item) => {
    const field = readFields(item, ['name']);
    return field === undefined ? [] : [readText(field('name'))];
  });
}

/**
 * `environment`: layers, as Kubernetes has it (`{ config: { NAME: value }, configFrom, secretFrom }`), or the variables themselves, as the wire has
 * them. Variables are texts, so what is named like a layer and no text is one.
 */
export function readEnvironment(at: Place): { readonly environment: Record<string, string>; readonly environmentFrom: ConfigSources } {
  if (isAbsent(at)) return { environment: {}, environmentFrom: noSources };
  const { value } = at;
  const layered = isObject(value) && ['config', 'configFrom', 'secretFrom'].some((layer) => Object.hasOwn(value, layer) && typeof value[layer] !== 'string');
  if (!layered) return { environment: readTextMap(at, explainVariable), environmentFrom: noSources };
  const field = readFields(at, ['config', 'configFrom', 'secretFrom']);
  if (field === undefined) return { environment: {}, environmentFrom: noSources };
  return { environment: readTextMap(field('config'), explainVariable), environmentFrom: readSources(field('configFrom'), field('secretFrom')) };
}

function explainVariable(name: string): string | undefined {
  return name === '' || /[=\0]/.test(name) ? "must have a name without '=' and zero characters" : undefined;
}
