/** Manifests to be changed by tests. */
const apiVersion = 'runtime.wasmcloud.dev/v1alpha1';

/** A `Workload` of this spec. */
export function workload(spec?: unknown, more: object = {}): unknown {
  return { apiVersion, kind: 'Workload', metadata: { name: 'w' }, spec, ...more };
}

/** A `WorkloadDeployment` of this spec. */
export function deployment(spec: unknown, more: object = {}): unknown {
  return { apiVersion, kind: 'WorkloadDeployment', metadata: { name: 'd' }, spec, ...more };
}

/** An `Artifact` of this image. */
export function artifact(name: string, image: unknown, namespace?: string): unknown {
  return { apiVersion, kind: 'Artifact', metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, spec: { image } };
}

/** A `Workload` of one component with these fields beside its name and image. */
export function component(fields: object): unknown {
  return workload({ components: [{ name: 'c', image: 'c.wasm', ...fields }] });
}

/** A `Workload` whose component has these `localResources`. */
export function resources(localResources: unknown, spec: object = {}): unknown {
  return workload({ components: [{ name: 'c', image: 'c.wasm', localResources }], ...spec });
}

/** A `Workload` with these `hostInterfaces`; each is of `wasi:http` unless it says otherwise. */
export function interfaces(...entries: unknown[]): unknown {
  return workload({
    hostInterfaces: entries.map((entry) =>
      typeof entry === 'object' && !Array.isArray(entry) ? { namespace: 'wasi', package: 'http', interfaces: ['handler'], ...entry } : entry,
    ),
  });
}
