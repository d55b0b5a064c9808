import { explainAllowedHost } from '../../http/egress.ts';
import { explainAllowedIpNameLookup } from '../policy/ip-names.ts';
import { explainAllowedHostLoopbackPort } from '../policy/loopback-ports.ts';
import { readEnvironment } from './config.ts';
import type { Place } from './problems.ts';
import { isAbsent, mostInt32, readFields, readTextMap, readTexts, readWholeNumber } from './read.ts';
import type { LocalResources } from './spec.ts';
import { readVolumeMounts } from './volumes.ts';

const fields = [
  'environment',
  'config',
  'volumeMounts',
  'allowedHosts',
  'allowedIpNameLookups',
  'allowedHostLoopbackPorts',
  'memoryLimitMb',
  'cpuLimit',
] as const;

/** `localResources`; `volumes` are the names of those there are. What is not there allows nothing. */
export function readLocalResources(at: Place, volumes: ReadonlySet<string>): LocalResources {
  const field = readFields(isAbsent(at) ? { ...at, value: {} } : at, fields) ?? ((): Place => ({ ...at, value: undefined }));
  const memoryLimitMb = readWholeNumber(field('memoryLimitMb'), 0, 1, mostInt32);
  const cpuLimit = readWholeNumber(field('cpuLimit'), 0, 1, mostInt32);
  return {
    ...readEnvironment(field('environment')),
    config: readTextMap(field('config')),
    volumeMounts: readVolumeMounts(field('volumeMounts'), volumes),
    allowedHosts: readTexts(field('allowedHosts'), explainAllowedHost),
    allowedIpNameLookups: readTexts(field('allowedIpNameLookups'), explainAllowedIpNameLookup),
    allowedHostLoopbackPorts: readTexts(field('allowedHostLoopbackPorts'), explainAllowedHostLoopbackPort),
    ...(memoryLimitMb === 0 ? {} : { memoryLimitMb }),
    ...(cpuLimit === 0 ? {} : { cpuLimit }),
  };
}
