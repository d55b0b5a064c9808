import type { Place } from './problems.ts';
import { isAbsent, readDnsLabel, readFields, readTextMap } from './read.ts';

/** What Kubernetes calls a resource: beside its spec it has this. */
export interface Metadata {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Fields that a cluster adds; they mean nothing outside of it. */
const clusterFields = [
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'finalizers',
  'ownerReferences',
  'managedFields',
  'selfLink',
] as const;

/** `metadata`. */
export function readMetadata(at: Place): Metadata {
  const field = readFields(at, ['name', 'namespace', 'labels', 'annotations', ...clusterFields]);
  if (field === undefined) return { namespace: 'default', name: '', annotations: {} };
  readTextMap(field('labels'));
  return {
    namespace: isAbsent(field('namespace')) ? 'default' : readDnsLabel(field('namespace')),
    name: readDnsLabel(field('name')),
    annotations: readTextMap(field('annotations')),
  };
}
