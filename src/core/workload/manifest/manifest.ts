import { type Artifact, readArtifact } from './artifacts.ts';
import { fieldOf, manifestError, note, type Place, quoted, refuse } from './problems.ts';
import { isAbsent, isObject } from './read.ts';
import { readDeployment, readWorkload, type WorkloadDocument } from './kinds.ts';

/** A manifest that has been read: its one workload, and what was beside it. */
export interface WorkloadManifest extends WorkloadDocument {
  /** The other documents, which mean nothing here, as `Service hello`. */
  readonly ignored: readonly string[];
}

/** Whether it has been read already: objects of Kubernetes have no field `workload`. */
export function isManifest(value: unknown): value is WorkloadManifest {
  return isObject(value) && isObject(value['workload']) && Array.isArray(value['ignored']);
}

const apiGroup = 'runtime.wasmcloud.dev';
const apiVersion = `${apiGroup}/v1alpha1`;

/**
 * Reads a manifest that is a JavaScript object: a `Workload` or a `WorkloadDeployment` of `runtime.wasmcloud.dev/v1alpha1`, as parsed from
 * JSON. In a list it may have others beside it: an `Artifact` gives the image to those that name it, the rest is ignored, and named in the
 * answer.
 *
 * Where Kubernetes and wasmCloud's wire differ in spelling, both are read. References to a cluster's ConfigMaps and Secrets are kept: see
 * `refuseWithoutCluster`. Fields that do not exist are mistakes.
 * @throws HostlingError `manifest-invalid` that has a line for every problem: the path, the rule, what is there; never a secret
 */
export function readManifest(value: unknown): WorkloadManifest {
  const problems: string[] = [];
  const documents: readonly unknown[] = Array.isArray(value) ? value : [value];
  const places = documents.map((each, index): Place => {
    return { value: each, path: '', problems, ...(documents.length === 1 ? {} : { document: `document ${index + 1}` }) };
  });
  const main = chooseWorkload(places);
  const others = places.filter((place) => place !== main && !isArtifact(place));
  for (const other of others) if (kindOf(other) === undefined) note(other, 'is no object of Kubernetes: it has no kind');
  const artifacts = readArtifacts(places.filter((place) => place !== main && isArtifact(place)));
  const manifest = readMain({ value: main.value, path: '', problems }, artifacts);
  if (problems.length > 0 || manifest === undefined) throw manifestError(problems);
  return { ...manifest, ignored: others.map(describe) };
}

/** A document that stands alone is meant to be the workload, whatever it says it is. */
function chooseWorkload(places: readonly Place[]): Place {
  const workloads = places.length === 1 ? places : places.filter(isWorkload);
  const [first, ...more] = workloads;
  if (more.length > 0) throw manifestError([`there must be one workload, and there are ${workloads.length}: ${workloads.map(describe).join(', ')}`]);
  if (first !== undefined) return first;
  const found = places.length === 0 ? 'nothing' : places.map(describe).join(', ');
  throw manifestError([`there must be a Workload or a WorkloadDeployment, and there is ${found}`]);
}

function readMain(at: Place, artifacts: readonly Artifact[]): WorkloadDocument | undefined {
  if (!isObject(at.value)) refuse(at, 'must be an object');
  else {
    const version = fieldOf(at, 'apiVersion', at.value['apiVersion']);
    const kind = fieldOf(at, 'kind', at.value['kind']);
    if (isAbsent(version)) note(version, `is missing; it must be ${apiVersion}`);
    else if (version.value !== apiVersion) refuse(version, `must be ${apiVersion}`);
    else if (kind.value === 'Workload') return readWorkload(at, artifacts);
    else if (kind.value === 'WorkloadDeployment') return readDeployment(at, artifacts);
    // Of something else it would be idle to say what is wrong with the rest.
    if (isAbsent(kind)) note(kind, 'is missing; it must be Workload or WorkloadDeployment');
    else if (kind.value !== 'Workload' && kind.value !== 'WorkloadDeployment') refuse(kind, 'must be Workload or WorkloadDeployment');
  }
  return undefined;
}

function readArtifacts(places: readonly Place[]): Artifact[] {
  const artifacts: Artifact[] = [];
  for (const place of places) {
    const artifact = readArtifact(place);
    const before = artifacts.some(({ namespace, name }) => namespace === artifact.namespace && name === artifact.name);
    if (before) note(place, `is the second Artifact named ${quoted(artifact.name)}: leave one out`);
    artifacts.push(artifact);
  }
  return artifacts;
}

function isWorkload(place: Place): boolean {
  const kind = kindOf(place);
  return (kind === 'Workload' || kind === 'WorkloadDeployment') && isOurs(place);
}

function isArtifact(place: Place): boolean {
  return kindOf(place) === 'Artifact' && isOurs(place);
}

/** Others have kinds of the same names. */
function isOurs({ value }: Place): boolean {
  const version = isObject(value) ? value['apiVersion'] : undefined;
  return typeof version !== 'string' || version.startsWith(`${apiGroup}/`);
}

function kindOf({ value }: Place): string | undefined {
  const kind = isObject(value) ? value['kind'] : undefined;
  return typeof kind === 'string' ? kind : undefined;
}

/** A document in an enumeration, as `Service hello`. */
function describe(place: Place): string {
  const kind = kindOf(place);
  if (kind === undefined) return 'a document without a kind';
  const metadata = isObject(place.value) ? place.value['metadata'] : undefined;
  const name = isObject(metadata) ? metadata['name'] : undefined;
  return [kind, name]
    .filter((word) => typeof word === 'string')
    .map((word) => quoted(word).slice(1, -1))
    .join(' ');
}
