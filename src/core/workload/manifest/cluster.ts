import { artifactOf } from './artifacts.ts';
import { manifestError, quoted } from './problems.ts';
import type { ConfigSources, ImageSpec } from './spec.ts';
import type { WorkloadDocument } from './kinds.ts';

/** Something that a manifest refers to and only a cluster has. */
export interface ClusterReference {
  readonly kind: 'ConfigMap' | 'Secret' | 'Artifact';
  readonly name: string;
  /** Where the manifest refers to it. */
  readonly path: string;
  /** What to do without a cluster, as a sentence's end. */
  readonly instead: string;
}

/** What a manifest needs of a cluster, in the manifest's order. */
export function clusterReferences({ kind, workload }: WorkloadDocument): ClusterReference[] {
  const spec = kind === 'Workload' ? 'spec' : 'spec.template.spec';
  const { service } = workload;
  return [
    ...workload.components.flatMap((component, index) => ofImage(component, `${spec}.components[${index}]`)),
    ...(service === undefined ? [] : ofImage(service, `${spec}.service`)),
    ...workload.hostInterfaces.flatMap((entry, index) => ofSources(entry, `${spec}.hostInterfaces[${index}]`, 'write its entries under config')),
  ];
}

/**
 * For whoever runs a manifest by itself: it must refer to nothing that only a cluster has.
 * @throws HostlingError `manifest-invalid` that has a line for every reference
 */
export function refuseWithoutCluster(manifest: WorkloadDocument): void {
  const problems = clusterReferences(manifest).map(({ kind, name, path, instead }) => `${path}: names the ${kind} ${quoted(name)}; ${instead} instead`);
  if (problems.length > 0) throw manifestError(problems, 'the manifest needs a Kubernetes cluster, and there is none');
}

function ofImage({ image, imagePullSecret, localResources }: ImageSpec, path: string): ClusterReference[] {
  const artifact = artifactOf(image);
  const references: ClusterReference[] = [];
  if (artifact !== undefined) references.push({ kind: 'Artifact', name: artifact, path: `${path}.image`, instead: 'put that document beside this one' });
  if (imagePullSecret !== undefined && 'name' in imagePullSecret) {
    references.push({ kind: 'Secret', name: imagePullSecret.name, path: `${path}.imagePullSecret`, instead: 'give username and password' });
  }
  const environment = ofSources(localResources.environmentFrom, `${path}.localResources.environment`, 'write its variables under config');
  return [...references, ...environment];
}

function ofSources({ configFrom, secretFrom }: ConfigSources, path: string, instead: string): ClusterReference[] {
  return [
    ...configFrom.map((name, index): ClusterReference => ({ kind: 'ConfigMap', name, path: `${path}.configFrom[${index}]`, instead })),
    ...secretFrom.map((name, index): ClusterReference => ({ kind: 'Secret', name, path: `${path}.secretFrom[${index}]`, instead })),
  ];
}
