import { note, type Place, quoted } from './problems.ts';
import { readFields, readList, readText, refuseRepeated } from './read.ts';
import { readMetadata } from './metadata.ts';
import type { WorkloadSpec } from './spec.ts';

/** How an image names an artifact. */
const scheme = 'artifact://';

/** An image by a name of its own: a document of the kind `Artifact`. */
export interface Artifact {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
}

/** What a deployment calls an artifact, and the artifact's own name. */
export interface ArtifactReference {
  readonly name: string;
  readonly artifactFrom: string;
}

/** A whole document of the kind `Artifact`. */
export function readArtifact(at: Place): Artifact {
  const field = readFields(at, ['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  if (field === undefined) return { namespace: '', name: '', image: '' };
  const { namespace, name } = readMetadata(field('metadata'));
  const specField = readFields(field('spec'), ['image', 'imagePullSecret']);
  return { namespace, name, image: specField === undefined ? '' : readText(specField('image')) };
}

/** `spec.artifacts` of a deployment. */
export function readArtifactReferences(at: Place): ArtifactReference[] {
  const names: { at: Place; name: string }[] = [];
  const references = readList(at).flatMap((item): ArtifactReference[] => {
    const field = readFields(item, ['name', 'artifactFrom']);
    if (field === undefined) return [];
    const name = readText(field('name'));
    names.push({ at: field('name'), name });
    const fromField = readFields(field('artifactFrom'), ['name']);
    return [{ name, artifactFrom: fromField === undefined ? '' : readText(fromField('name')) }];
  });
  refuseRepeated(names);
  return references;
}

/** The artifact that an image names, or undefined. */
export function artifactOf(image: string): string | undefined {
  return image.startsWith(scheme) ? image.slice(scheme.length) : undefined;
}

/**
 * Puts the images of artifacts where they are named. Those of artifacts that are in none of the documents stay as they are, as only a cluster
 * knows them.
 */
export function resolveArtifacts(
  workload: WorkloadSpec,
  at: Place,
  references: readonly ArtifactReference[] | undefined,
  artifacts: readonly Artifact[],
): WorkloadSpec {
  const resolve = (image: string, path: string): string => {
    const name = artifactOf(image);
    if (name === undefined) return image;
    const place = { ...at, path };
    if (references === undefined) {
      note(place, `names the artifact ${quoted(name)}, which only a WorkloadDeployment can: in spec.artifacts`);
      return image;
    }
    const reference = references.find((each) => each.name === name);
    if (reference === undefined) note(place, `names the artifact ${quoted(name)}, which spec.artifacts does not have`);
    const artifact = artifacts.find((each) => each.namespace === workload.namespace && each.name === reference?.artifactFrom);
    return artifact?.image ?? image;
  };
  const { components, service } = workload;
  return {
    ...workload,
    components: components.map((component, index) => ({ ...component, image: resolve(component.image, `${at.path}.components[${index}].image`) })),
    ...(service === undefined ? {} : { service: { ...service, image: resolve(service.image, `${at.path}.service.image`) } }),
  };
}
