import { readHostInterfaces } from './host-interfaces.ts';
import { readLocalResources } from './local-resources.ts';
import { note, type Place, refuse, refuseSecret } from './problems.ts';
import { isAbsent, mostInt32, readDnsLabel, readFields, readList, readText, readWholeNumber, readWord, refuseRepeated } from './read.ts';
import type { ComponentSpec, ImagePullPolicy, ImagePullSecret, ImageSpec, ServiceSpec, WorkloadSpec } from './spec.ts';
import { readVolumes } from './volumes.ts';

/** The places of what a workload is made of, wherever a notation has them. */
export interface PartPlaces {
  readonly components: Place;
  readonly service: Place;
  readonly hostInterfaces: Place;
  readonly volumes: Place;
}

const imageFields = ['image', 'imagePullPolicy', 'imagePullSecret', 'localResources'] as const;

const mostRestarts = 2 ** 32 - 1;

/** What a workload is made of. */
export function readParts(at: PartPlaces): Pick<WorkloadSpec, 'components' | 'service' | 'hostInterfaces' | 'volumes'> {
  const volumes = readVolumes(at.volumes);
  const volumeNames: ReadonlySet<string> = new Set(volumes.map(({ name }) => name));
  const components = readComponents(at.components, volumeNames);
  const service = isAbsent(at.service) ? undefined : readService(at.service, volumeNames);
  return {
    components,
    ...(service === undefined ? {} : { service }),
    hostInterfaces: readHostInterfaces(at.hostInterfaces),
    volumes,
  };
}

function readComponents(at: Place, volumes: ReadonlySet<string>): ComponentSpec[] {
  const names: { at: Place; name: string }[] = [];
  const components = readList(at).flatMap((item): ComponentSpec[] => {
    const field = readFields(item, ['name', ...imageFields, 'poolSize', 'maxInvocations', 'maxConcurrency']);
    if (field === undefined) return [];
    const name = readDnsLabel(field('name'));
    names.push({ at: field('name'), name });
    return [
      {
        name,
        ...readImage(field, volumes),
        poolSize: readWholeNumber(field('poolSize'), 0, 0, mostInt32),
        maxInvocations: readWholeNumber(field('maxInvocations'), 0, 0, mostInt32),
        // 0 is the default, too.
        maxConcurrency: readWholeNumber(field('maxConcurrency'), 1, 0, mostInt32) || 1,
      },
    ];
  });
  refuseRepeated(names);
  return components;
}

function readService(at: Place, volumes: ReadonlySet<string>): ServiceSpec | undefined {
  const field = readFields(at, [...imageFields, 'maxRestarts']);
  return field === undefined ? undefined : { ...readImage(field, volumes), maxRestarts: readRestarts(field('maxRestarts')) };
}

/** The wire writes large numbers as texts. */
function readRestarts(at: Place): number {
  const { value } = at;
  return readWholeNumber(typeof value === 'string' && /^\d{1,10}$/.test(value) ? { ...at, value: Number(value) } : at, 0, 0, mostRestarts);
}

function readImage(field: (name: (typeof imageFields)[number]) => Place, volumes: ReadonlySet<string>): ImageSpec {
  const imagePullSecret = readPullSecret(field('imagePullSecret'));
  return {
    image: readText(field('image')),
    imagePullPolicy: readPullPolicy(field('imagePullPolicy')),
    ...(imagePullSecret === undefined ? {} : { imagePullSecret }),
    localResources: readLocalResources(field('localResources'), volumes),
  };
}

const wirePolicies: ReadonlyMap<unknown, ImagePullPolicy> = new Map([
  ['IMAGE_PULL_POLICY_UNSPECIFIED', 'IfNotPresent'],
  ['IMAGE_PULL_POLICY_ALWAYS', 'Always'],
  ['IMAGE_PULL_POLICY_IF_NOT_PRESENT', 'IfNotPresent'],
  ['IMAGE_PULL_POLICY_NEVER', 'Never'],
]);

function readPullPolicy(at: Place): ImagePullPolicy {
  return wirePolicies.get(at.value) ?? readWord(at, ['Always', 'IfNotPresent', 'Never'], 'IfNotPresent');
}

/** A Secret's name, as Kubernetes has it, or the user and password it holds, as the wire does. */
function readPullSecret(at: Place): ImagePullSecret | undefined {
  if (isAbsent(at)) return undefined;
  if (typeof at.value !== 'object') refuseSecret(at, 'must be an object');
  const field = typeof at.value === 'object' ? readFields(at, ['name', 'username', 'password']) : undefined;
  if (field === undefined) return undefined;
  if (isAbsent(field('username')) && isAbsent(field('password'))) return { name: readText(field('name')) };
  if (!isAbsent(field('name'))) note(at, 'must have either a name, or a username and a password');
  return { username: readUser(field('username')), password: readPassword(field('password')) };
}

function readUser(at: Place): string {
  if (isAbsent(at)) note(at, 'is missing');
  else if (typeof at.value !== 'string') refuse(at, 'must be a text');
  else return at.value;
  return '';
}

function readPassword(at: Place): string {
  if (isAbsent(at)) note(at, 'is missing');
  else if (typeof at.value !== 'string') refuseSecret(at, 'must be a text');
  else return at.value;
  return '';
}
