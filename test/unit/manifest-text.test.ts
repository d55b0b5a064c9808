import { describe, expect, test } from 'vitest';
import { readManifest } from '../../src/core/workload/manifest/manifest.ts';
import { type ManifestFormat, parseManifest } from '../../src/core/workload/manifest/parse.ts';
import { component, resources, workload } from './manifest-support.ts';

const head = 'apiVersion: runtime.wasmcloud.dev/v1alpha1\nkind: Workload\nmetadata: {name: w}\n';

/** As the manifests of wasmCloud's own samples are: what it is reached by stands before the deployment. */
const served = `
# Reached at a port of the node.
apiVersion: v1
kind: Service
metadata:
  name: greeter
spec:
  ports:
    - port: 80
---
apiVersion: runtime.wasmcloud.dev/v1alpha1
kind: WorkloadDeployment
metadata:
  name: greeter
spec:
  replicas: 1
  kubernetes: { service: { name: greeter } }
  template:
    spec:
      hostSelector: { hostgroup: default }
      hostInterfaces:
        - namespace: wasi
          package: http
          interfaces:
            - incoming-handler
          config:
            host: greeter.example.com
      components:
        - name: greeter
          image: registry.example.com/greeter:0.1.0
`;

describe('texts of manifests', () => {
  test('a deployment beside its service', async () => {
    const manifest = await parseManifest(served);
    expect(manifest).toMatchObject({ kind: 'WorkloadDeployment', kubernetesService: 'greeter', ignored: ['Service greeter'] });
    expect(manifest.workload.components).toMatchObject([{ name: 'greeter', image: 'registry.example.com/greeter:0.1.0' }]);
    expect(manifest.workload.hostInterfaces).toMatchObject([{ package: 'http', config: { host: 'greeter.example.com' } }]);
  });

  const formats: [name: string, format: ManifestFormat | undefined][] = [
    ['YAML', 'yaml'],
    ['JSON', 'json'],
    ['either', undefined],
  ];
  test.each(formats)('JSON is read as %s', async (_name, format) => {
    const manifest = resources({ environment: { A: 'ü\n"\\', B: '\u{1F916}' }, memoryLimitMb: 1e2 });
    expect(await parseManifest(JSON.stringify(manifest, null, 2), format)).toStrictEqual(readManifest(manifest));
    expect(await parseManifest(`\uFEFF ${JSON.stringify(manifest)}`, format)).toStrictEqual(readManifest(manifest));
  });

  test('a list of documents in JSON is read, too', async () => {
    const text = JSON.stringify([{ kind: 'Service' }, component({})]);
    for (const format of [undefined, 'json'] as const) expect(await parseManifest(text, format)).toMatchObject({ ignored: ['Service'] });
  });

  test('braces may be those of YAML', async () => {
    const text = "{apiVersion: runtime.wasmcloud.dev/v1alpha1, kind: Workload, metadata: {name: 'w'}}";
    expect(await parseManifest(text)).toStrictEqual(readManifest(workload()));
  });

  test('empty documents, comments and Windows lines do not count', async () => {
    expect(await parseManifest(`---\n# nothing\n---\n${head}---\n`.replaceAll('\n', '\r\n'))).toStrictEqual(readManifest(workload()));
  });

  test('anchors and merges are resolved', async () => {
    const text = `${head}spec:\n  components:\n    - &c {name: a, image: &i a.wasm, poolSize: 2}\n    - {<<: *c, name: b}\n    - {name: c, image: *i}\n`;
    const { components } = (await parseManifest(text)).workload;
    expect(components).toMatchObject([
      { name: 'a', image: 'a.wasm', poolSize: 2 },
      { name: 'b', image: 'a.wasm', poolSize: 2 },
      { name: 'c', image: 'a.wasm', poolSize: 0 },
    ]);
  });

  test.each([
    ['yes', true],
    ['On', true],
    ['no', false],
    ['OFF', false],
    ['true', true],
  ])('%s is a boolean, as Kubernetes has it', async (word, expected) => {
    const mount = `{name: v, mountPath: /v, readOnly: ${word}}`;
    const text = `${head}spec:\n  volumes: [{name: v}]\n  service: {image: s, localResources: {volumeMounts: [${mount}]}}\n`;
    expect((await parseManifest(text)).workload.service?.localResources.volumeMounts[0]?.readOnly).toBe(expected);
  });

  test('the words for it in quotes are texts, and so is a date', async () => {
    const text = `${head}spec: {service: {image: s, localResources: {environment: {A: "yes", B: 2026-01-01, C: yesterday}}}}\n`;
    expect((await parseManifest(text)).workload.service?.localResources.environment).toStrictEqual({ A: 'yes', B: '2026-01-01', C: 'yesterday' });
  });
});

const invalid: readonly [name: string, format: ManifestFormat | undefined, text: string, ...lines: string[]][] = [
  ['nothing', undefined, '', 'there must be a Workload or a WorkloadDeployment, and there is nothing'],
  ['a word', undefined, 'hello', 'the manifest must be an object (it is "hello")'],
  ['two workloads', undefined, `${head}---\n${head}`, 'there must be one workload, and there are 2: Workload w, Workload w'],
  [
    'other kinds',
    undefined,
    'kind: Service\nmetadata: {name: s}\n---\nkind: Ingress',
    'there must be a Workload or a WorkloadDeployment, and there is Service s, Ingress',
  ],
  ['a field twice', undefined, 'kind: Workload\nkind: Workload', 'line 2, column 1: Map keys must be unique'],
  ['a quote that is not closed', undefined, 'a:\n  b: "s3cret', 'line 2, column 13: Missing closing "quote'],
  ['a secret with a colon', undefined, 'password: s3cret: x', 'line 1, column 11: Nested mappings are not allowed in compact mappings'],
  ['a list before fields', undefined, '- a\nb: s3cret', 'line 2, column 1: Unexpected scalar at node end'],
  ['a secret behind an arrow', undefined, 'a: >s3cret\n x', 'line 1, column 5: Block scalar header includes extra characters'],
  ['a secret with a backslash', undefined, 'a: "\\U5ec3e7aa"', 'line 1, column 5: Invalid escape sequence'],
  ['tabs', undefined, 'a:\n\tb: 1', 'line 2, column 1: Tabs are not allowed as indentation'],
  ['a tag', undefined, 'a: 1\nb: !!set {x}', 'line 2, column 4: Unresolved tag: tag:yaml.org,2002:set'],
  ['an alias without an anchor', undefined, 'a: 1\nb: [*s3cret]', 'line 2, column 5: an alias must have its anchor before it'],
  ['a merge of nothing', undefined, '---\na: 1\n---\n<<: 3', 'line 4, column 1: Merge sources must be maps or map aliases'],
  [
    'errors in two documents',
    undefined,
    'a: [\n---\nb: 1\nb: 2',
    'line 2, column 1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    'line 4, column 1: Map keys must be unique',
  ],
  ['no JSON', 'json', 'kind: Workload', 'line 1, column 1: a value is expected'],
  ['no JSON at all', 'json', ' ', 'line 1, column 2: a value is expected'],
  ['a comma too many', 'json', '{"a": 1,\n}', 'line 2, column 1: a field name in quotes is expected'],
  ['a comma too few', 'json', '{"a": 1\n"s3cret": 2}', "line 2, column 1: ',' or '}' is expected"],
  ['a list without an end', 'json', '[1, 2', "line 1, column 6: ',' or ']' is expected"],
  ['no colon', 'json', '{"a" "s3cret"}', "line 1, column 6: ':' is expected"],
  ['a field twice in JSON', 'json', '{"password": "s3cret",\n "pass\\u0077ord": ""}', 'line 2, column 2: a field is there twice'],
  ['two values', 'json', '{} {}', 'line 1, column 4: the end is expected'],
  ['numbers that JSON does not have', 'json', '{"a": 01}', "line 1, column 8: ',' or '}' is expected"],
  ['a line in a text', 'json', '{"a": "s3cret\n"}', 'line 1, column 7: a value is expected'],
  ['depths', 'json', '['.repeat(5000), 'line 1, column 102: values are nested more than 100 deep'],
];

describe('texts that are no manifests', () => {
  for (const [name, format, text, ...lines] of invalid) {
    test(name, async () => {
      const failure: unknown = await parseManifest(text, format).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ name: 'HostlingError', code: 'manifest-invalid' });
      expect(failure).toHaveProperty('message', ['the manifest is invalid:', ...lines].join('\n'));
    });
  }

  test.each([
    [
      'aliases of aliases',
      Array.from({ length: 12 }, (_, i) => `a${i}: &a${i} [${Array.from({ length: 10 }, () => (i === 0 ? 'x' : `*a${i - 1}`)).join()}]`).join('\n'),
    ],
    ['depths of lists', '['.repeat(20_000)],
    ['depths of dashes', '- '.repeat(20_000)],
    ['depths of objects', '{"a":'.repeat(20_000)],
    ['a list in itself', 'kind: &a [*a]'],
    ['a manifest in itself', `${head}spec: &s\n  components: [*s]\n  service: *s\n`],
    ['a key that is a list', '? [a]\n: 1'],
    ['half of a character', '"\\uD800": 1'],
    ['zeros', '\0\0'],
  ])('%s do no harm', async (_name, text) => {
    await expect(parseManifest(text)).rejects.toMatchObject({ code: 'manifest-invalid' });
  });

  test('something that is no text', async () => {
    await expect(parseManifest(undefined as unknown as string)).rejects.toMatchObject({ code: 'manifest-invalid' });
  });
});
