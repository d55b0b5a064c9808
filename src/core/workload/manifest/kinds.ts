import { type Artifact, type ArtifactReference, readArtifactReferences, resolveArtifacts } from './artifacts.ts';
import { readParts } from './parts.ts';
import type { Place } from './problems.ts';
import { isAbsent, mostInt32, readFields, readOptionalText, readText, readTextMap, readWholeNumber, readWord } from './read.ts';
import { type Metadata, readMetadata } from './metadata.ts';
import type { WorkloadSpec } from './spec.ts';

/** A document that is a workload, and what else it says. */
export interface WorkloadDocument {
  readonly kind: 'Workload' | 'WorkloadDeployment';
  readonly workload: WorkloadSpec;
  /** How many of the workload there are to be. 1 for the kind `Workload`. */
  readonly replicas: number;
  /** How a newer one takes its place. `RollingUpdate` for the kind `Workload`. */
  readonly deployPolicy: 'RollingUpdate' | 'Recreate';
  /** `spec.artifacts` of a deployment. */
  readonly artifacts: readonly ArtifactReference[];
  readonly placement: Placement;
  /** The Service of Kubernetes that leads to the workload. */
  readonly kubernetesService?: string;
}

/** Which hosts of a cluster may have the workload. */
export interface Placement {
  readonly hostSelector: Readonly<Record<string, string>>;
  readonly hostId?: string;
  readonly environment?: string;
}

const documentFields = ['apiVersion', 'kind', 'metadata', 'spec', 'status'] as const;
const specFields = ['hostSelector', 'hostId', 'environment', 'components', 'hostInterfaces', 'service', 'volumes', 'kubernetes'] as const;

/** A whole document of the kind `Workload`. */
export function readWorkload(at: Place, artifacts: readonly Artifact[]): WorkloadDocument | undefined {
  const field = readFields(at, documentFields);
  if (field === undefined) return undefined;
  const metadata = readMetadata(field('metadata'));
  // Nothing at all is a valid workload, too.
  const spec = isAbsent(field('spec')) ? { ...field('spec'), value: {} } : field('spec');
  const template = readSpec(spec, metadata);
  if (template === undefined) return undefined;
  const workload = resolveArtifacts(template.workload, spec, undefined, artifacts);
  return { kind: 'Workload', ...template, workload, replicas: 1, deployPolicy: 'RollingUpdate', artifacts: [] };
}

/** A whole document of the kind `WorkloadDeployment`. */
export function readDeployment(at: Place, artifacts: readonly Artifact[]): WorkloadDocument | undefined {
  const field = readFields(at, documentFields);
  if (field === undefined) return undefined;
  const metadata = readMetadata(field('metadata'));
  const specField = readFields(field('spec'), ['replicas', 'template', 'deployPolicy', 'artifacts', 'kubernetes']);
  if (specField === undefined) return undefined;
  const replicas = readWholeNumber(specField('replicas'), 1, 0, mostInt32);
  const deployPolicy = readWord(specField('deployPolicy'), ['RollingUpdate', 'Recreate'], 'RollingUpdate');
  const references = readArtifactReferences(specField('artifacts'));
  const kubernetes = readKubernetes(specField('kubernetes'));
  const templateField = readFields(specField('template'), ['annotations', 'labels', 'spec']);
  if (templateField === undefined) return undefined;
  readTextMap(templateField('labels'));
  // The deployment's own annotations are about the deployment.
  const template = readSpec(templateField('spec'), { ...metadata, annotations: readTextMap(templateField('annotations')) });
  if (template === undefined) return undefined;
  const workload = resolveArtifacts(template.workload, templateField('spec'), references, artifacts);
  return { kind: 'WorkloadDeployment', ...kubernetes, ...template, workload, replicas, deployPolicy, artifacts: references };
}

/** `spec` of a workload, or `spec.template.spec` of a deployment. */
function readSpec(at: Place, metadata: Metadata): Pick<WorkloadDocument, 'workload' | 'placement' | 'kubernetesService'> | undefined {
  const field = readFields(at, specFields);
  if (field === undefined) return undefined;
  const hostId = readOptionalText(field('hostId'));
  const environment = readOptionalText(field('environment'));
  const parts = { components: field('components'), service: field('service'), hostInterfaces: field('hostInterfaces'), volumes: field('volumes') };
  return {
    workload: { ...metadata, ...readParts(parts) },
    placement: {
      hostSelector: readTextMap(field('hostSelector')),
      ...(hostId === undefined ? {} : { hostId }),
      ...(environment === undefined ? {} : { environment }),
    },
    ...readKubernetes(field('kubernetes')),
  };
}

function readKubernetes(at: Place): { kubernetesService?: string } {
  const field = isAbsent(at) ? undefined : readFields(at, ['service']);
  const serviceField = field === undefined || isAbsent(field('service')) ? undefined : readFields(field('service'), ['name']);
  return serviceField === undefined ? {} : { kubernetesService: readText(serviceField('name')) };
}
