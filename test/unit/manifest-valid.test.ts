import { describe, expect, test } from 'vitest';
import { clusterReferences, refuseWithoutCluster } from '../../src/core/workload/manifest/cluster.ts';
import { readManifest } from '../../src/core/workload/manifest/manifest.ts';
import { parseManifest } from '../../src/core/workload/manifest/parse.ts';
import { artifact, component, deployment, interfaces, resources, workload } from './manifest-support.ts';

const nothing = {
  environment: {},
  environmentFrom: { configFrom: [], secretFrom: [] },
  config: {},
  volumeMounts: [],
  allowedHosts: [],
  allowedIpNameLookups: [],
  allowedHostLoopbackPorts: [],
};

describe('the least there may be', () => {
  test('a workload of nothing has every default, and allows nothing', () => {
    expect(readManifest(workload())).toStrictEqual({
      kind: 'Workload',
      workload: { namespace: 'default', name: 'w', annotations: {}, components: [], hostInterfaces: [], volumes: [] },
      placement: { hostSelector: {} },
      replicas: 1,
      deployPolicy: 'RollingUpdate',
      artifacts: [],
      ignored: [],
    });
  });

  test('so has a component', () => {
    expect(readManifest(component({})).workload.components).toStrictEqual([
      {
        name: 'c',
        image: 'c.wasm',
        imagePullPolicy: 'IfNotPresent',
        localResources: nothing,
        poolSize: 0,
        maxInvocations: 0,
        maxConcurrency: 1,
      },
    ]);
  });

  test('so has a service', () => {
    expect(readManifest(workload({ service: { image: 's.wasm' } })).workload.service).toStrictEqual({
      image: 's.wasm',
      imagePullPolicy: 'IfNotPresent',
      localResources: nothing,
      maxRestarts: 0,
    });
  });

  test('so has an interface', () => {
    expect(readManifest(interfaces({})).workload.hostInterfaces).toStrictEqual([
      { namespace: 'wasi', package: 'http', interfaces: ['handler'], config: {}, configFrom: [], secretFrom: [] },
    ]);
  });

  test('null is as good as nothing, as a field of YAML without a value is', () => {
    const empty = { components: null, hostInterfaces: null, service: null, volumes: null, hostSelector: null, hostId: null, kubernetes: null };
    expect(readManifest(workload(empty))).toStrictEqual(readManifest(workload({})));
    const fields = { imagePullSecret: null, imagePullPolicy: null, poolSize: null, localResources: null };
    expect(readManifest(component(fields))).toStrictEqual(readManifest(component({})));
    expect(readManifest(resources({ environment: null, config: null, volumeMounts: null, memoryLimitMb: null }))).toStrictEqual(readManifest(component({})));
  });
});

/** Everything there is, in the spelling of Kubernetes. */
const maximal = `
apiVersion: runtime.wasmcloud.dev/v1alpha1
kind: WorkloadDeployment
metadata:
  name: shop
  namespace: prod
  labels: { team: shop }
  annotations: { note: of the deployment }
  uid: 7d7c
  creationTimestamp: null
status: { currentReplicas: 2 }
spec:
  replicas: 3
  deployPolicy: Recreate
  artifacts:
    - name: web
      artifactFrom: { name: shop-web }
  kubernetes:
    service: { name: shop }
  template:
    labels: { tier: front }
    annotations: { note: of the template }
    spec:
      hostSelector: { hostgroup: default }
      hostId: host-7
      environment: europe
      components:
        - name: web
          image: artifact://web
          imagePullPolicy: Always
          imagePullSecret: { name: registry }
          poolSize: 4
          maxInvocations: 1000
          maxConcurrency: 8
          localResources:
            memoryLimitMb: 64
            cpuLimit: 2
            config: { subscriptions: orders.* }
            environment:
              config: { GREETING: hi }
              configFrom: [{ name: base }, { name: more }]
              secretFrom: [{ name: keys }]
            volumeMounts:
              - { name: scratch, mountPath: /tmp }
              - { name: data, mountPath: /var/data/, readOnly: yes }
            allowedHosts: ["https://api.example.com", "*.internal.example:8443"]
            allowedIpNameLookups: ["*.example.com", "::1"]
            allowedHostLoopbackPorts: ["5432/tcp"]
      service:
        image: ticker:1
        imagePullPolicy: Never
        maxRestarts: 4294967295
        localResources:
          allowedHosts: ["*"]
      hostInterfaces:
        - namespace: wasi
          package: http
          version: 0.2.2
          interfaces: [incoming-handler, outgoing-handler, incoming-handler]
          config: { host: shop.example.com }
        - name: sessions
          namespace: wasi
          package: keyvalue
          version: 0.2.0-draft
          interfaces: [store]
          configFrom: [{ name: backend }]
          secretFrom: [{ name: redis }]
      volumes:
        - name: scratch
          ephemeral: {}
        - name: data
          hostPath: { path: /var/lib/data }
`;

describe('the most there may be', () => {
  test('a deployment', async () => {
    expect(await parseManifest(maximal)).toStrictEqual({
      kind: 'WorkloadDeployment',
      workload: {
        namespace: 'prod',
        name: 'shop',
        annotations: { note: 'of the template' },
        components: [
          {
            name: 'web',
            image: 'artifact://web',
            imagePullPolicy: 'Always',
            imagePullSecret: { name: 'registry' },
            localResources: {
              environment: { GREETING: 'hi' },
              environmentFrom: { configFrom: ['base', 'more'], secretFrom: ['keys'] },
              config: { subscriptions: 'orders.*' },
              volumeMounts: [
                { name: 'scratch', mountPath: '/tmp', readOnly: false },
                { name: 'data', mountPath: '/var/data', readOnly: true },
              ],
              allowedHosts: ['https://api.example.com', '*.internal.example:8443'],
              allowedIpNameLookups: ['*.example.com', '::1'],
              allowedHostLoopbackPorts: ['5432/tcp'],
              memoryLimitMb: 64,
              cpuLimit: 2,
            },
            poolSize: 4,
            maxInvocations: 1000,
            maxConcurrency: 8,
          },
        ],
        service: {
          image: 'ticker:1',
          imagePullPolicy: 'Never',
          localResources: { ...nothing, allowedHosts: ['*'] },
          maxRestarts: 4_294_967_295,
        },
        hostInterfaces: [
          {
            namespace: 'wasi',
            package: 'http',
            version: '0.2.2',
            interfaces: ['incoming-handler', 'outgoing-handler'],
            config: { host: 'shop.example.com' },
            configFrom: [],
            secretFrom: [],
          },
          {
            name: 'sessions',
            namespace: 'wasi',
            package: 'keyvalue',
            version: '0.2.0-draft',
            interfaces: ['store'],
            config: {},
            configFrom: ['backend'],
            secretFrom: ['redis'],
          },
        ],
        volumes: [
          { name: 'scratch', kind: 'emptyDir' },
          { name: 'data', kind: 'hostPath', path: '/var/lib/data' },
        ],
      },
      placement: { hostSelector: { hostgroup: 'default' }, hostId: 'host-7', environment: 'europe' },
      kubernetesService: 'shop',
      replicas: 3,
      deployPolicy: 'Recreate',
      artifacts: [{ name: 'web', artifactFrom: 'shop-web' }],
      ignored: [],
    });
  });

  test('what it refers to in a cluster is known, and refused without one', async () => {
    const manifest = await parseManifest(maximal);
    expect(clusterReferences(manifest).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'Artifact web',
      'Secret registry',
      'ConfigMap base',
      'ConfigMap more',
      'Secret keys',
      'ConfigMap backend',
      'Secret redis',
    ]);
    const refuse = (): void => refuseWithoutCluster(manifest);
    expect(refuse).toThrow(expect.objectContaining({ code: 'manifest-invalid' }));
    const spec = 'spec.template.spec';
    expect(refuse).toThrow(
      [
        'the manifest needs a Kubernetes cluster, and there is none:',
        `${spec}.components[0].image: names the Artifact "web"; put that document beside this one instead`,
        `${spec}.components[0].imagePullSecret: names the Secret "registry"; give username and password instead`,
        `${spec}.components[0].localResources.environment.configFrom[0]: names the ConfigMap "base"; write its variables under config instead`,
        `${spec}.components[0].localResources.environment.configFrom[1]: names the ConfigMap "more"; write its variables under config instead`,
        `${spec}.components[0].localResources.environment.secretFrom[0]: names the Secret "keys"; write its variables under config instead`,
        `${spec}.hostInterfaces[1].configFrom[0]: names the ConfigMap "backend"; write its entries under config instead`,
        `${spec}.hostInterfaces[1].secretFrom[0]: names the Secret "redis"; write its entries under config instead`,
      ].join('\n'),
    );
  });

  test('what refers to nothing there is not refused', () => {
    const secret = { imagePullSecret: { username: 'u', password: 'p' } };
    expect(() => refuseWithoutCluster(readManifest(component(secret)))).not.toThrow();
  });

  test('a service may refer to a cluster, too', () => {
    const service = { image: 's.wasm', localResources: { environment: { secretFrom: [{ name: 'n' }] } } };
    expect(clusterReferences(readManifest(workload({ service })))).toMatchObject([
      { kind: 'Secret', path: 'spec.service.localResources.environment.secretFrom[0]' },
    ]);
  });
});

describe('both spellings', () => {
  test('of volumes', () => {
    const volumes = [
      { name: 'a', ephemeral: {} },
      { name: 'b', emptyDir: {} },
      { name: 'c' },
      { name: 'd', emptyDir: null },
      { name: 'e', hostPath: { path: '/x' } },
      { name: 'f', hostPath: { localPath: '/y' }, emptyDir: null },
    ];
    expect(readManifest(workload({ volumes })).workload.volumes).toStrictEqual([
      { name: 'a', kind: 'emptyDir' },
      { name: 'b', kind: 'emptyDir' },
      { name: 'c', kind: 'emptyDir' },
      { name: 'd', kind: 'emptyDir' },
      { name: 'e', kind: 'hostPath', path: '/x' },
      { name: 'f', kind: 'hostPath', path: '/y' },
    ]);
  });

  const environmentOf = (environment: unknown): unknown => readManifest(resources({ environment })).workload.components[0]?.localResources.environment;

  test('of the environment', () => {
    expect(environmentOf({ A: '1', B: '' })).toStrictEqual({ A: '1', B: '' });
    expect(environmentOf({ config: { A: '1' } })).toStrictEqual({ A: '1' });
    expect(environmentOf({ configFrom: [] })).toStrictEqual({});
    expect(environmentOf({})).toStrictEqual({});
  });

  test('a variable may be named like a layer', () => {
    expect(environmentOf({ config: 'x', secretFrom: 'y' })).toStrictEqual({ config: 'x', secretFrom: 'y' });
    expect(environmentOf({ config: { config: 'x' } })).toStrictEqual({ config: 'x' });
  });

  test('a name that JavaScript has a meaning for is a name', () => {
    const environment: unknown = JSON.parse('{"__proto__": "x", "constructor": "y"}');
    expect(Object.entries(environmentOf(environment) as object)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  test.each([
    ['Always', 'Always'],
    ['IMAGE_PULL_POLICY_ALWAYS', 'Always'],
    ['IMAGE_PULL_POLICY_IF_NOT_PRESENT', 'IfNotPresent'],
    ['IMAGE_PULL_POLICY_NEVER', 'Never'],
    ['IMAGE_PULL_POLICY_UNSPECIFIED', 'IfNotPresent'],
    ['', 'IfNotPresent'],
  ])('of the pull policy %s', (imagePullPolicy, expected) => {
    expect(readManifest(component({ imagePullPolicy })).workload.components[0]?.imagePullPolicy).toBe(expected);
  });

  test('of the pull secret', () => {
    const secretOf = (imagePullSecret: unknown): unknown => readManifest(component({ imagePullSecret })).workload.components[0]?.imagePullSecret;
    expect(secretOf({ name: 's' })).toStrictEqual({ name: 's' });
    expect(secretOf({ username: 'u', password: '' })).toStrictEqual({ username: 'u', password: '' });
  });

  test('of restarts', () => {
    for (const maxRestarts of [3, '3']) expect(readManifest(workload({ service: { image: 's', maxRestarts } })).workload.service?.maxRestarts).toBe(3);
  });
});

describe('values', () => {
  test('no calls at a time are one', () => {
    expect(readManifest(component({ maxConcurrency: 0 })).workload.components[0]?.maxConcurrency).toBe(1);
  });

  test('an empty label or version is none, and what is no version is any', () => {
    const [empty, odd, whole] = readManifest(interfaces({ name: '', version: '' }, { package: 'a', version: '0.2' }, { package: 'b', version: '1.2.3-rc.1+x' }))
      .workload.hostInterfaces;
    expect(empty).not.toHaveProperty('name');
    expect(empty).not.toHaveProperty('version');
    expect(odd).not.toHaveProperty('version');
    expect(whole?.version).toBe('1.2.3-rc.1+x');
  });

  test('entries of one package are told apart by name, those of one name by version', () => {
    const entries = interfaces({}, { name: 'a' }, { name: 'b' }, { name: 'b', version: '0.3.0' }, { package: 'other' }, { namespace: 'other' });
    expect(readManifest(entries).workload.hostInterfaces).toHaveLength(6);
  });

  test('64 interfaces are not too many', () => {
    const entries = Array.from({ length: 64 }, (_, index) => ({ name: `n${index}` }));
    expect(readManifest(interfaces(...entries)).workload.hostInterfaces).toHaveLength(64);
  });

  test('a volume may be mounted twice, and at the root', () => {
    const volumeMounts = [
      { name: 'v', mountPath: '/' },
      { name: 'v', mountPath: '/a//b/./c' },
    ];
    const [first] = readManifest(resources({ volumeMounts }, { volumes: [{ name: 'v' }] })).workload.components;
    expect(first?.localResources.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(['/', '/a/b/c']);
  });

  test('the service of the template is nearer than that of the deployment', () => {
    const spec = { kubernetes: { service: { name: 'a' } }, template: { spec: { kubernetes: { service: { name: 'b' } } } } };
    expect(readManifest(deployment(spec)).kubernetesService).toBe('b');
  });
});

describe('artifacts', () => {
  const images = (namespace?: string, ...artifacts: unknown[]): unknown => {
    const spec = {
      artifacts: [{ name: 'web', artifactFrom: { name: 'shop-web' } }],
      template: { spec: { components: [{ name: 'c', image: 'artifact://web' }], service: { image: 'artifact://web' } } },
    };
    const { workload: read } = readManifest([...artifacts, deployment(spec, { metadata: { name: 'd', namespace } })]);
    return [read.components[0]?.image, read.service?.image];
  };

  test('give their images to those that name them', () => {
    expect(images(undefined, artifact('other', 'no'), artifact('shop-web', 'example.com/web:1'))).toEqual(['example.com/web:1', 'example.com/web:1']);
    expect(images('prod', artifact('shop-web', 'no'), artifact('shop-web', 'yes', 'prod'))).toEqual(['yes', 'yes']);
  });

  test('are left to a cluster when they are not there', () => {
    expect(images()).toEqual(['artifact://web', 'artifact://web']);
    expect(images('prod', artifact('shop-web', 'of default'))).toEqual(['artifact://web', 'artifact://web']);
  });

  test('others of the same kind are no artifacts', () => {
    expect(images(undefined, { apiVersion: 'source.example/v1', kind: 'Artifact', metadata: { name: 'shop-web' } })).toEqual([
      'artifact://web',
      'artifact://web',
    ]);
  });
});

describe('what stands beside a workload', () => {
  test('means nothing, and is named', () => {
    const others = [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' } },
      { apiVersion: 'kueue.example/v1', kind: 'Workload' },
    ];
    expect(readManifest([...others, workload()]).ignored).toEqual(['Service s', 'Workload']);
  });
});
