import { describe, expect, test } from 'vitest';
import { HostlingError } from '../../src/core/errors.ts';
import { readManifest } from '../../src/core/workload/manifest/manifest.ts';
import { artifact, component, deployment, interfaces, resources, workload } from './manifest-support.ts';

/** Every line of the message but the first. */
const invalid: readonly [name: string, manifest: unknown, ...lines: string[]][] = [
  // The document.
  ['nothing', undefined, 'the manifest must be an object (it is empty)'],
  ['a text', 'kind: Workload', 'the manifest must be an object (it is "kind: Workload")'],
  ['a map', new Map(), 'the manifest must be an object (it is an object)'],
  ['no documents', [], 'there must be a Workload or a WorkloadDeployment, and there is nothing'],
  ['an empty object', {}, 'apiVersion: is missing; it must be runtime.wasmcloud.dev/v1alpha1', 'kind: is missing; it must be Workload or WorkloadDeployment'],
  [
    'another kind',
    { apiVersion: 'v1', kind: 'Service' },
    'apiVersion: must be runtime.wasmcloud.dev/v1alpha1 (it is "v1")',
    'kind: must be Workload or WorkloadDeployment (it is "Service")',
  ],
  [
    'another version',
    workload({}, { apiVersion: 'runtime.wasmcloud.dev/v2' }),
    'apiVersion: must be runtime.wasmcloud.dev/v1alpha1 (it is "runtime.wasmcloud.dev/v2")',
  ],
  ['a replica set', workload({}, { kind: 'WorkloadReplicaSet' }), 'kind: must be Workload or WorkloadDeployment (it is "WorkloadReplicaSet")'],
  ['a kind that is no text', workload({}, { kind: 1 }), 'kind: must be Workload or WorkloadDeployment (it is 1)'],
  [
    'other kinds only',
    [{ kind: 'Service', metadata: { name: 's' } }, { kind: 'ConfigMap' }],
    'there must be a Workload or a WorkloadDeployment, and there is Service s, ConfigMap',
  ],
  ['two workloads', [workload(), deployment({})], 'there must be one workload, and there are 2: Workload w, WorkloadDeployment d'],
  ['a document without a kind', [workload(), { metadata: {} }], 'document 2 is no object of Kubernetes: it has no kind'],
  ['a field that does not exist', workload({}, { specs: {} }), 'specs: there is no such field; did you mean spec?'],
  ['a spec that is a list', workload([]), 'spec: must be an object (it is a list)'],
  // Metadata.
  ['no metadata', workload({}, { metadata: undefined }), 'metadata: is missing'],
  ['no name', workload({}, { metadata: {} }), 'metadata.name: is missing'],
  [
    'a name in capitals',
    workload({}, { metadata: { name: 'Hello' } }),
    `metadata.name: must be a DNS label: lower-case letters, digits and '-', not at its ends, 63 at most (it is "Hello")`,
  ],
  [
    'a name too long',
    workload({}, { metadata: { name: 'a'.repeat(64) } }),
    `metadata.name: must be a DNS label: lower-case letters, digits and '-', not at its ends, 63 at most (it is "${'a'.repeat(59)}…")`,
  ],
  [
    'a namespace with a dot',
    workload({}, { metadata: { name: 'w', namespace: 'a.b' } }),
    `metadata.namespace: must be a DNS label: lower-case letters, digits and '-', not at its ends, 63 at most (it is "a.b")`,
  ],
  [
    'an annotation that is a number',
    workload({}, { metadata: { name: 'w', annotations: { 'example.com/n': 1 } } }),
    'metadata.annotations["example.com/n"]: must be a text: put it in quotes (it is a number)',
  ],
  ['labels that are a list', workload({}, { metadata: { name: 'w', labels: [] } }), 'metadata.labels: must be an object (it is a list)'],
  // Components.
  ['components that are an object', workload({ components: {} }), 'spec.components: must be a list (it is an object)'],
  ['a component that is a text', workload({ components: ['c.wasm'] }), 'spec.components[0]: must be an object (it is "c.wasm")'],
  ['a component of nothing', workload({ components: [null] }), 'spec.components[0]: is missing'],
  ['a component without name and image', workload({ components: [{}] }), 'spec.components[0].name: is missing', 'spec.components[0].image: is missing'],
  ['an image of blanks', component({ image: ' ' }), 'spec.components[0].image: must not be empty (it is " ")'],
  ['an image that is a number', component({ image: 1 }), 'spec.components[0].image: must be a text (it is 1)'],
  [
    'a component with an underscore',
    component({ name: 'a_b' }),
    `spec.components[0].name: must be a DNS label: lower-case letters, digits and '-', not at its ends, 63 at most (it is "a_b")`,
  ],
  [
    'components of one name',
    workload({
      components: [
        { name: 'a', image: 'a.wasm' },
        { name: 'b', image: 'b.wasm' },
        { name: 'a', image: 'c.wasm' },
      ],
    }),
    'spec.components[2].name: must be unique: spec.components[0].name is "a" already',
  ],
  ['a pool of words', component({ poolSize: 'two' }), 'spec.components[0].poolSize: must be a whole number, 0 or more (it is "two")'],
  ['a pool of quoted digits', component({ poolSize: '2' }), 'spec.components[0].poolSize: must be a whole number, 0 or more (it is "2")'],
  ['a pool less than none', component({ poolSize: -1 }), 'spec.components[0].poolSize: must be a whole number, 0 or more (it is -1)'],
  ['a pool and a half', component({ poolSize: 1.5 }), 'spec.components[0].poolSize: must be a whole number, 0 or more (it is 1.5)'],
  ['a pool of no number', component({ poolSize: Number.NaN }), 'spec.components[0].poolSize: must be a whole number, 0 or more (it is NaN)'],
  ['a pool too large', component({ poolSize: 2 ** 31 }), 'spec.components[0].poolSize: must be a whole number, 2147483647 at most (it is 2147483648)'],
  ['negative calls', component({ maxInvocations: -1 }), 'spec.components[0].maxInvocations: must be a whole number, 0 or more (it is -1)'],
  ['yes as a count', component({ maxConcurrency: true }), 'spec.components[0].maxConcurrency: must be a whole number, 0 or more (it is true)'],
  [
    'a policy that does not exist',
    component({ imagePullPolicy: 'Sometimes' }),
    'spec.components[0].imagePullPolicy: must be Always, IfNotPresent or Never (it is "Sometimes")',
  ],
  ['a field of lower case', component({ poolsize: 1 }), 'spec.components[0].poolsize: there is no such field; did you mean poolSize?'],
  ['a field in snake case', component({ max_invocations: 1 }), 'spec.components[0].max_invocations: there is no such field; did you mean maxInvocations?'],
  [
    'a field of a service',
    component({ maxRestarts: 1 }),
    'spec.components[0].maxRestarts: there is no such field; there are name, image, imagePullPolicy, imagePullSecret, localResources, poolSize, maxInvocations, maxConcurrency',
  ],
  ['a pull secret that is a text', component({ imagePullSecret: 's3cret' }), 'spec.components[0].imagePullSecret: must be an object (it is a text)'],
  ['a pull secret without anything', component({ imagePullSecret: {} }), 'spec.components[0].imagePullSecret.name: is missing'],
  ['a user without a password', component({ imagePullSecret: { username: 'u' } }), 'spec.components[0].imagePullSecret.password: is missing'],
  [
    'a password that is a number',
    component({ imagePullSecret: { username: 'u', password: 31_337 } }),
    'spec.components[0].imagePullSecret.password: must be a text (it is a number)',
  ],
  [
    'a pull secret of two kinds',
    component({ imagePullSecret: { name: 'n', username: 'u', password: 's3cret' } }),
    'spec.components[0].imagePullSecret: must have either a name, or a username and a password',
  ],
  // Local resources.
  ['resources that are a list', resources([]), 'spec.components[0].localResources: must be an object (it is a list)'],
  [
    'a resource that does not exist',
    resources({ allowedHost: [] }),
    'spec.components[0].localResources.allowedHost: there is no such field; did you mean allowedHosts?',
  ],
  ['hosts as one text', resources({ allowedHosts: '*' }), 'spec.components[0].localResources.allowedHosts: must be a list (it is "*")'],
  [
    'hosts that are none',
    resources({ allowedHosts: ['a.example', '*foo', 'https://x.example/path', 1] }),
    "spec.components[0].localResources.allowedHosts[1]: leading dot required: '*' may only stand alone or before a dot at the beginning of the host",
    "spec.components[0].localResources.allowedHosts[2]: a path other than '/' is not allowed",
    'spec.components[0].localResources.allowedHosts[3]: must be a text (it is 1)',
  ],
  [
    'names that are none',
    resources({ allowedIpNameLookups: ['x.example:53'] }),
    'spec.components[0].localResources.allowedIpNameLookups[0]: a port is not allowed',
  ],
  [
    'ports that are none',
    resources({ allowedHostLoopbackPorts: ['80-90', '0', 5432] }),
    'spec.components[0].localResources.allowedHostLoopbackPorts[0]: a range is not allowed: name each port',
    "spec.components[0].localResources.allowedHostLoopbackPorts[1]: '0' is not a port: 1 to 65535",
    'spec.components[0].localResources.allowedHostLoopbackPorts[2]: must be a text (it is 5432)',
  ],
  ['no memory', resources({ memoryLimitMb: 0 }), 'spec.components[0].localResources.memoryLimitMb: must be a whole number, 1 or more (it is 0)'],
  [
    'memory with a unit',
    resources({ memoryLimitMb: '64Mi' }),
    'spec.components[0].localResources.memoryLimitMb: must be a whole number, 1 or more (it is "64Mi")',
  ],
  ['half a processor', resources({ cpuLimit: 0.5 }), 'spec.components[0].localResources.cpuLimit: must be a whole number, 1 or more (it is 0.5)'],
  [
    'a variable that is a number',
    resources({ environment: { PORT: 8080 } }),
    'spec.components[0].localResources.environment.PORT: must be a text: put it in quotes (it is a number)',
  ],
  [
    'a variable that is an object',
    resources({ environment: { config: { TOKEN: { s3cret: 's3cret' } } } }),
    'spec.components[0].localResources.environment.config.TOKEN: must be a text (it is an object)',
  ],
  [
    'a variable beside layers',
    resources({ environment: { config: {}, PORT: '8080' } }),
    'spec.components[0].localResources.environment.PORT: there is no such field; there are config, configFrom, secretFrom',
  ],
  [
    'a variable without a name',
    resources({ environment: { '': 'x', 'TOKEN=s3cret': null } }),
    `spec.components[0].localResources.environment[""]: must have a name without '=' and zero characters`,
    `spec.components[0].localResources.environment["TOKEN=…"]: must have a name without '=' and zero characters`,
    'spec.components[0].localResources.environment["TOKEN=…"]: must be a text (it is empty)',
  ],
  ['variables as a text', resources({ environment: 'TOKEN=s3cret' }), 'spec.components[0].localResources.environment: must be an object (it is a text)'],
  [
    'references as texts',
    resources({ environment: { secretFrom: ['s'] } }),
    'spec.components[0].localResources.environment.secretFrom[0]: must be an object (it is "s")',
  ],
  [
    'a reference without a name',
    resources({ environment: { configFrom: [{}] } }),
    'spec.components[0].localResources.environment.configFrom[0].name: is missing',
  ],
  ['configuration as a list', resources({ config: ['s3cret'] }), 'spec.components[0].localResources.config: must be an object (it is a list)'],
  // Volumes.
  ['a volume without a name', workload({ volumes: [{ ephemeral: {} }] }), 'spec.volumes[0].name: is missing'],
  [
    'a volume with a slash',
    workload({ volumes: [{ name: 'a/b' }] }),
    `spec.volumes[0].name: must be a DNS label: lower-case letters, digits and '-', not at its ends, 63 at most (it is "a/b")`,
  ],
  ['volumes of one name', workload({ volumes: [{ name: 'v' }, { name: 'v' }] }), 'spec.volumes[1].name: must be unique: spec.volumes[0].name is "v" already'],
  [
    'a volume of two kinds',
    workload({ volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/data' } }] }),
    'spec.volumes[0]: must be of one kind (it is emptyDir and hostPath)',
  ],
  [
    'a volume of a kind of Kubernetes',
    workload({ volumes: [{ name: 'v', configMap: { name: 'm' } }] }),
    'spec.volumes[0].configMap: there is no such field; there are name, ephemeral, emptyDir, hostPath',
  ],
  [
    'a size of an empty directory',
    workload({ volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Gi' } }] }),
    'spec.volumes[0].emptyDir.sizeLimit: there is no such field, nor any other',
  ],
  ['a path that is missing', workload({ volumes: [{ name: 'v', hostPath: {} }] }), 'spec.volumes[0].hostPath.path: is missing'],
  ['a path as a text', workload({ volumes: [{ name: 'v', hostPath: '/data' }] }), 'spec.volumes[0].hostPath: must be an object (it is "/data")'],
  [
    'both spellings of a path',
    workload({ volumes: [{ name: 'v', hostPath: { path: '/a', localPath: '/b' } }] }),
    'spec.volumes[0].hostPath: has both path and localPath, which are the same: leave one out',
  ],
  [
    'a mount where there are no volumes',
    resources({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
    'spec.components[0].localResources.volumeMounts[0].name: must name a volume of spec.volumes, and there are none (it is "v")',
  ],
  [
    'a mount of an unknown volume',
    resources({ volumeMounts: [{ name: 'x', mountPath: '/v' }] }, { volumes: [{ name: 'v' }, { name: 'u' }] }),
    'spec.components[0].localResources.volumeMounts[0].name: must name a volume: v, u (it is "x")',
  ],
  [
    'a relative mount',
    resources({ volumeMounts: [{ name: 'v', mountPath: 'data' }] }, { volumes: [{ name: 'v' }] }),
    `spec.components[0].localResources.volumeMounts[0].mountPath: must be an absolute path: one that begins with '/' (it is "data")`,
  ],
  [
    'a mount that leaves',
    resources({ volumeMounts: [{ name: 'v', mountPath: '/data/../etc' }] }, { volumes: [{ name: 'v' }] }),
    `spec.components[0].localResources.volumeMounts[0].mountPath: must not contain '..' (it is "/data/../etc")`,
  ],
  [
    'a mount without a path',
    resources({ volumeMounts: [{ name: 'v' }] }, { volumes: [{ name: 'v' }] }),
    'spec.components[0].localResources.volumeMounts[0].mountPath: is missing',
  ],
  [
    'two mounts at one path',
    resources(
      {
        volumeMounts: [
          { name: 'v', mountPath: '/data' },
          { name: 'v', mountPath: '/./data/' },
        ],
      },
      { volumes: [{ name: 'v' }] },
    ),
    'spec.components[0].localResources.volumeMounts[1].mountPath: must be unique: spec.components[0].localResources.volumeMounts[0].mountPath is "/data" already',
  ],
  [
    'a mount that is maybe read-only',
    resources({ volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: 'true' }] }, { volumes: [{ name: 'v' }] }),
    'spec.components[0].localResources.volumeMounts[0].readOnly: must be true or false (it is "true")',
  ],
  // The service.
  ['a service without an image', workload({ service: {} }), 'spec.service.image: is missing'],
  ['services', workload({ service: [{ image: 's.wasm' }] }), 'spec.service: must be an object (it is a list)'],
  [
    'a pooled service',
    workload({ service: { image: 's.wasm', poolSize: 1 } }),
    'spec.service.poolSize: there is no such field; there are image, imagePullPolicy, imagePullSecret, localResources, maxRestarts',
  ],
  [
    'fewer restarts than none',
    workload({ service: { image: 's.wasm', maxRestarts: -1 } }),
    'spec.service.maxRestarts: must be a whole number, 0 or more (it is -1)',
  ],
  [
    'more restarts than there are',
    workload({ service: { image: 's.wasm', maxRestarts: '4294967296' } }),
    'spec.service.maxRestarts: must be a whole number, 4294967295 at most (it is 4294967296)',
  ],
  [
    'restarts in words',
    workload({ service: { image: 's.wasm', maxRestarts: 'forever' } }),
    'spec.service.maxRestarts: must be a whole number, 0 or more (it is "forever")',
  ],
  [
    'a mount of the service of nothing',
    workload({ service: { image: 's.wasm', localResources: { volumeMounts: [{ name: 'v', mountPath: '/' }] } } }),
    'spec.service.localResources.volumeMounts[0].name: must name a volume of spec.volumes, and there are none (it is "v")',
  ],
  // Host interfaces.
  ['an interface as a text', interfaces('wasi:http'), 'spec.hostInterfaces[0]: must be an object (it is "wasi:http")'],
  [
    'an interface without anything',
    workload({ hostInterfaces: [{}] }),
    'spec.hostInterfaces[0].namespace: is missing',
    'spec.hostInterfaces[0].package: is missing',
    'spec.hostInterfaces[0].interfaces: is missing',
  ],
  ['no interface at all', interfaces({ interfaces: [] }), 'spec.hostInterfaces[0].interfaces: must name one interface at least'],
  ['an interface without a name', interfaces({ interfaces: ['handler', ''] }), 'spec.hostInterfaces[0].interfaces[1]: must not be empty (it is "")'],
  [
    'an interface with its version',
    interfaces({ interfaces: ['handler@0.3.0'] }),
    'spec.hostInterfaces[0].interfaces[0]: must be a name of WIT, like http or incoming-handler: words of letters and digits, joined by \'-\' (it is "handler@0.3.0")',
  ],
  [
    'a package with its namespace',
    interfaces({ package: 'wasi:http' }),
    'spec.hostInterfaces[0].package: must be a name of WIT, like http or incoming-handler: words of letters and digits, joined by \'-\' (it is "wasi:http")',
  ],
  [
    'a package too long',
    interfaces({ package: 'p'.repeat(129) }),
    `spec.hostInterfaces[0].package: must be 128 characters at most (it is "${'p'.repeat(59)}…")`,
  ],
  ['a version that is a number', interfaces({ version: 0.2 }), 'spec.hostInterfaces[0].version: must be a text (it is 0.2)'],
  [
    'a version too long',
    interfaces({ version: `1.0.0-${'a'.repeat(59)}` }),
    `spec.hostInterfaces[0].version: must be 64 characters at most (it is "1.0.0-${'a'.repeat(53)}…")`,
  ],
  [
    'a label in capitals',
    interfaces({ name: 'Sessions' }),
    `spec.hostInterfaces[0].name: must be lower-case letters, digits and '-', which it does not begin with, 64 at most (it is "Sessions")`,
  ],
  [
    'configuration that is a number',
    interfaces({ config: { ttl: 5 } }),
    'spec.hostInterfaces[0].config.ttl: must be a text: put it in quotes (it is a number)',
  ],
  [
    'two without a name',
    interfaces({ version: '0.2.2' }, { version: '0.3.0' }),
    'spec.hostInterfaces[1]: only one entry of wasi:http may be without a name, and spec.hostInterfaces[0] is: give this one a name',
  ],
  [
    'two of one name',
    interfaces({ name: 'a', version: '0.2.2' }, { name: 'b' }, { name: 'a', version: '0.2.2', interfaces: ['types'] }),
    'spec.hostInterfaces[2]: must differ from spec.hostInterfaces[0] in namespace, package, name or version (both are wasi:http, named "a")',
  ],
  [
    'more than there may be',
    interfaces(...Array.from({ length: 65 }, (_, index) => ({ name: `n${index}` }))),
    'spec.hostInterfaces: must have 64 entries at most (it has 65)',
  ],
  // Where it is to run.
  ['a selector of numbers', workload({ hostSelector: { zone: 1 } }), 'spec.hostSelector.zone: must be a text: put it in quotes (it is a number)'],
  ['a host that is a number', workload({ hostId: 1 }), 'spec.hostId: must be a text (it is 1)'],
  ['a service of Kubernetes without a name', workload({ kubernetes: { service: {} } }), 'spec.kubernetes.service.name: is missing'],
  [
    'replicas of a workload',
    workload({ replicas: 2 }),
    'spec.replicas: there is no such field; there are hostSelector, hostId, environment, components, hostInterfaces, service, volumes, kubernetes',
  ],
  // Deployments.
  ['a deployment without a spec', deployment(undefined), 'spec: is missing'],
  ['a deployment without a template', deployment({}), 'spec.template: is missing'],
  ['a template without a spec', deployment({ template: {} }), 'spec.template.spec: is missing'],
  [
    'a template as a pod has it',
    deployment({ template: { metadata: {}, spec: {} } }),
    'spec.template.metadata: there is no such field; there are annotations, labels, spec',
  ],
  ['half a replica', deployment({ replicas: 0.5, template: { spec: {} } }), 'spec.replicas: must be a whole number, 0 or more (it is 0.5)'],
  [
    'a policy of its own',
    deployment({ deployPolicy: 'BlueGreen', template: { spec: {} } }),
    'spec.deployPolicy: must be RollingUpdate or Recreate (it is "BlueGreen")',
  ],
  [
    'what is wrong below its template',
    deployment({ template: { spec: { components: [{ name: 'c', image: '' }] } } }),
    'spec.template.spec.components[0].image: must not be empty (it is "")',
  ],
  // Artifacts.
  [
    'an artifact that is not listed',
    deployment({ template: { spec: { service: { image: 'artifact://x' } } } }),
    'spec.template.spec.service.image: names the artifact "x", which spec.artifacts does not have',
  ],
  [
    'an artifact of a workload',
    component({ image: 'artifact://x' }),
    'spec.components[0].image: names the artifact "x", which only a WorkloadDeployment can: in spec.artifacts',
  ],
  [
    'artifacts of one name',
    deployment({
      artifacts: [
        { name: 'a', artifactFrom: { name: 'b' } },
        { name: 'a', artifactFrom: {} },
      ],
      template: { spec: {} },
    }),
    'spec.artifacts[1].artifactFrom.name: is missing',
    'spec.artifacts[1].name: must be unique: spec.artifacts[0].name is "a" already',
  ],
  ['an artifact beside it without an image', [artifact('a', undefined), workload()], 'document 1: spec.image: is missing'],
  ['an artifact twice', [artifact('a', 'x'), workload(), artifact('a', 'y')], 'document 3 is the second Artifact named "a": leave one out'],
  // Everything at once.
  [
    'many things',
    workload(
      {
        components: [
          { name: 'c', image: 'c.wasm', poolSize: 'two' },
          { name: 'c', image: '', localResources: { allowedHosts: ['*x'] } },
        ],
        service: {},
        volume: [],
      },
      { metadata: { name: 'W' } },
    ),
    `metadata.name: must be a DNS label: lower-case letters, digits and '-', not at its ends, 63 at most (it is "W")`,
    'spec.volume: there is no such field; did you mean volumes?',
    'spec.components[0].poolSize: must be a whole number, 0 or more (it is "two")',
    'spec.components[1].image: must not be empty (it is "")',
    "spec.components[1].localResources.allowedHosts[0]: leading dot required: '*' may only stand alone or before a dot at the beginning of the host",
    'spec.components[1].name: must be unique: spec.components[0].name is "c" already',
    'spec.service.image: is missing',
  ],
];

/** The error of an invalid manifest. */
function failureOf(manifest: unknown): HostlingError {
  try {
    readManifest(manifest);
  } catch (failure) {
    if (failure instanceof HostlingError) return failure;
    throw failure;
  }
  throw new Error('the manifest was read');
}

describe('invalid manifests', () => {
  for (const [name, manifest, ...lines] of invalid) {
    test(name, () => {
      const { code, message } = failureOf(manifest);
      expect(code).toBe('manifest-invalid');
      expect(message).toBe(['the manifest is invalid:', ...lines].join('\n'));
    });
  }

  test('there are many', () => {
    expect(invalid.length).toBeGreaterThan(60);
  });

  test('what may be a secret is in no message', () => {
    for (const [, manifest] of invalid) expect(failureOf(manifest).message).not.toMatch(/s3cret|31337/);
  });

  test('no more is told than anybody reads', () => {
    const { message } = failureOf(workload({ components: Array.from({ length: 60 }, () => ({})) }));
    const lines = message.split('\n');
    expect(lines).toHaveLength(102);
    expect(lines.at(-1)).toBe('and 20 more');
  });
});
