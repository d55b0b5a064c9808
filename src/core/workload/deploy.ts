import { HostlingError, messageOf } from '../errors.ts';
import type { Directory } from '../ports/files.ts';
import type { InterfaceFactory } from '../wasi/interface.ts';
import type { Part } from './linker.ts';
import { refuseWithoutCluster } from './manifest/cluster.ts';
import { isManifest, readManifest } from './manifest/manifest.ts';
import type { ComponentSpec, HostInterfaceSpec, ServiceSpec, VolumeSpec, WorkloadSpec } from './manifest/spec.ts';
import { type ComponentInput, resolveOptions } from './options.ts';

/** What turns a manifest into what runs here, besides the manifest. */
export interface DeployOptions {
  /** What an image stands for. Default: the reference is the component's path or address. */
  readonly image?: (reference: string) => ComponentInput;
  /** `Host` headers that the workload answers for besides those that it names. */
  readonly hosts?: readonly string[];
  /** Interfaces of the program's own, by their full name with version: any component may import them. */
  readonly interfaces?: Readonly<Record<string, InterfaceFactory>>;
  /** How long a call may take until the head of its answer, in milliseconds. Default: 60 000. */
  readonly timeoutMs?: number;
}

/** What a manifest's volumes are made of here. */
export interface VolumeMaker {
  readonly emptyDirectory: () => Directory;
  /** Absent where there are no directories of a machine. */
  readonly openDirectory?: ((path: string) => Directory) | undefined;
}

/** A workload as it is linked. */
export interface Deployment {
  readonly parts: readonly Part[];
  readonly service?: { readonly part: Part; readonly maxRestarts: number } | undefined;
  /** Whether requests are to come to it. */
  readonly takesRequests: boolean;
  readonly hosts: readonly string[];
  /** Lets go of its volumes. */
  release(): void;
}

/**
 * The workload of a manifest that has been read, or is to be.
 * @throws HostlingError `manifest-invalid`, also for what only a cluster has
 */
export function workloadOf(manifest: unknown): WorkloadSpec {
  const read = isManifest(manifest) ? manifest : readManifest(manifest);
  refuseWithoutCluster(read);
  return read.workload;
}

/**
 * Works out what the workload of a manifest is made of here.
 * @throws HostlingError `runtime-unsupported` for what this host cannot give, `directory-unreadable`, `manifest-invalid`
 */
export function deploymentOf(spec: WorkloadSpec, options: DeployOptions, maker: VolumeMaker): Deployment {
  const named = httpHostsOf(spec);
  const takesRequests = named.length > 0;
  const hosts = takesRequests ? [...new Set([...named, ...(options.hosts ?? [])])] : [];
  const volumes = openVolumes(spec, maker);
  const release = (): void => {
    for (const directory of volumes.values()) directory.close();
  };
  try {
    const parts = spec.components.map((component) => partOf(spec, component, options, volumes));
    const service = spec.service && { part: partOf(spec, serviceAsComponent(spec.service), options, volumes), maxRestarts: spec.service.maxRestarts };
    return { parts, service, takesRequests, hosts, release };
  } catch (failure) {
    release();
    throw failure;
  }
}

/** A service is linked like a component. Its restarts are somebody else's. */
function serviceAsComponent(service: ServiceSpec): ComponentSpec {
  return { ...service, name: 'service', poolSize: 0, maxInvocations: 0, maxConcurrency: 1 };
}

function partOf(spec: WorkloadSpec, component: ComponentSpec, { image, interfaces = {}, timeoutMs }: DeployOptions, volumes: Volumes): Part {
  const { environment, allowedHosts, volumeMounts, memoryLimitMb } = component.localResources;
  const input = image?.(component.image) ?? component.image;
  const directories = volumeMounts.map(({ name, mountPath, readOnly }) => {
    const directory = volumes.get(name);
    if (directory === undefined) throw new HostlingError('internal', `there is no volume ${name}`);
    return [mountPath, readOnly ? readOnlyOf(directory) : borrowed(directory)] as const;
  });
  const options = resolveOptions(
    {
      component: input,
      env: environment,
      allowedHosts,
      directories: Object.fromEntries(directories),
      interfaces,
      poolSize: component.poolSize,
      maxInvocations: component.maxInvocations,
      maxConcurrency: component.maxConcurrency,
      ...(memoryLimitMb !== undefined && { memoryLimitMb }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    },
    component.name,
  );
  return { input, options: { ...options, name: `${spec.name}/${component.name}` } };
}

type Volumes = ReadonlyMap<string, Directory>;

/** One directory for each volume: all that mount it see the same. */
function openVolumes({ name, volumes }: WorkloadSpec, maker: VolumeMaker): Volumes {
  const opened = new Map<string, Directory>();
  try {
    for (const volume of volumes) opened.set(volume.name, openVolume(name, volume, maker));
    return opened;
  } catch (failure) {
    for (const directory of opened.values()) directory.close();
    throw failure;
  }
}

function openVolume(workload: string, volume: VolumeSpec, { emptyDirectory, openDirectory }: VolumeMaker): Directory {
  if (volume.kind === 'emptyDir') return emptyDirectory();
  if (openDirectory === undefined)
    throw new HostlingError(
      'runtime-unsupported',
      `volume ${volume.name} of workload ${workload} is a directory of the machine, ${volume.path}; there is none here`,
    );
  try {
    return openDirectory(volume.path);
  } catch (failure) {
    throw new HostlingError('directory-unreadable', `volume ${volume.name} of workload ${workload} cannot be opened: ${messageOf(failure)}`, {
      cause: failure,
    });
  }
}

/** A directory as one component has it: the workload's own end closes it. */
function borrowed(directory: Directory): Directory {
  return { open: (wish) => directory.open(wish), close() {} };
}
function readOnlyOf(directory: Directory): Directory {
  return { open: (wish) => directory.open({ ...wish, readOnly: true }), close() {} };
}

const httpInterfaces: ReadonlySet<string> = new Set(['incoming-handler', 'handler']);

/** Whether the entry asks for requests to the workload. */
function asksForRequests({ namespace, package: name, interfaces }: HostInterfaceSpec): boolean {
  return namespace === 'wasi' && name === 'http' && interfaces.some((one) => httpInterfaces.has(one));
}

/** The names that requests come for: the configuration of the first entry that asks for requests. */
function httpHostsOf({ name, hostInterfaces }: WorkloadSpec): readonly string[] {
  const index = hostInterfaces.findIndex(asksForRequests);
  const entry = hostInterfaces[index];
  if (entry === undefined) return [];
  const host = entry.config['host']?.trim() ?? '';
  const path = `hostInterfaces[${index}].config.host`;
  if (host === '') throw new HostlingError('manifest-invalid', `workload ${name} wants requests and has no host name for them: ${path} is missing`);
  if (!isHostName(host))
    throw new HostlingError('manifest-invalid', `workload ${name}: ${path} is no host name (it is "${host}"): letters, digits, '-' and '.'`);
  const aliases = (entry.config['host-aliases'] ?? '').split(',').map((alias) => alias.trim());
  return [host, ...aliases.filter(isHostName)];
}

/** RFC 1123, section 2.1. */
function isHostName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));
}
