/**
 * A workload as the rest of the host knows it, wherever it came from: every default is filled in, every rule has been checked, and it is
 * plain data. Names are wasmCloud's (`wasmcloud.runtime.v2.Workload`).
 */
export interface WorkloadSpec {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** In the manifest's order, which decides about entry points. May be empty. */
  readonly components: readonly ComponentSpec[];
  readonly service?: ServiceSpec;
  readonly hostInterfaces: readonly HostInterfaceSpec[];
  readonly volumes: readonly VolumeSpec[];
}

/** What a component and a service have in common: where it is from, and what it gets. */
export interface ImageSpec {
  /** A reference to a registry, or whatever else the host may read components from. */
  readonly image: string;
  /** Default: `IfNotPresent`. */
  readonly imagePullPolicy: ImagePullPolicy;
  readonly imagePullSecret?: ImagePullSecret;
  readonly localResources: LocalResources;
}

/** One component: it is called, and keeps nothing between calls unless it is pooled. */
export interface ComponentSpec extends ImageSpec {
  /** A DNS label, unique in the workload. */
  readonly name: string;
  /** How many instances are kept between calls. 0, the default: none, each call has a fresh one. */
  readonly poolSize: number;
  /** After how many calls an instance of the pool is retired. 0, the default: never. */
  readonly maxInvocations: number;
  /** How many calls an instance of the pool may have at a time. Default: 1. */
  readonly maxConcurrency: number;
}

/** The workload's one long-running program. */
export interface ServiceSpec extends ImageSpec {
  /** How often it is started again after it failed. 0, the default: never. */
  readonly maxRestarts: number;
}

export type ImagePullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/** Who pulls the image: the name of a Secret in the cluster, or the user itself. */
export type ImagePullSecret = { readonly name: string } | { readonly username: string; readonly password: string };

/** Names of ConfigMaps and Secrets of a cluster; later ones win, Secrets over ConfigMaps, both over what the manifest says itself. */
export interface ConfigSources {
  readonly configFrom: readonly string[];
  readonly secretFrom: readonly string[];
}

/** What a component or service gets beyond calls. Empty lists allow nothing. */
export interface LocalResources {
  /** All environment variables there are. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where more of them are. */
  readonly environmentFrom: ConfigSources;
  /** What plugins read; no part of the environment. */
  readonly config: Readonly<Record<string, string>>;
  /** At most one at a path; each names one of the workload's volumes. */
  readonly volumeMounts: readonly VolumeMountSpec[];
  /** As `parseAllowedHosts` reads them. */
  readonly allowedHosts: readonly string[];
  /** As `parseAllowedIpNameLookups` reads them. */
  readonly allowedIpNameLookups: readonly string[];
  /** As `parseAllowedHostLoopbackPorts` reads them. */
  readonly allowedHostLoopbackPorts: readonly string[];
  /** The most memory of one instance, in MiB. */
  readonly memoryLimitMb?: number;
  readonly cpuLimit?: number;
}

export interface VolumeMountSpec {
  /** Of the volume. */
  readonly name: string;
  /** Absolute, without `.`, `..`, empty parts and a slash at the end. */
  readonly mountPath: string;
  readonly readOnly: boolean;
}

/** Interfaces of one package that the workload wants of its host, or offers to it. */
export interface HostInterfaceSpec extends ConfigSources {
  /** The label a component imports them under. Without one it is the default of its package, of which there is one at most. */
  readonly name?: string;
  readonly namespace: string;
  readonly package: string;
  /** A semantic version; absent: any. */
  readonly version?: string;
  /** At least one, each of them once. */
  readonly interfaces: readonly string[];
  readonly config: Readonly<Record<string, string>>;
}

/** A directory that components mount: one that is removed with the workload, or one of the machine. */
export type VolumeSpec = { readonly name: string; readonly kind: 'emptyDir' } | { readonly name: string; readonly kind: 'hostPath'; readonly path: string };
