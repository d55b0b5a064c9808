import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { guestPath, hostling, serve, temporaryDirectory } from './hostling.ts';

let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  scratch = await temporaryDirectory();
  await copyFile(guestPath('wat-teller'), join(scratch.path, 'teller.wasm'));
  await copyFile(guestPath('wat-tally'), join(scratch.path, 'tally.wasm'));
  await copyFile(guestPath('hello-p2'), join(scratch.path, 'hello.wasm'));
});
afterAll(() => scratch[Symbol.asyncDispose]());

const http = `
    hostInterfaces:
      - { namespace: wasi, package: http, interfaces: [incoming-handler], config: { host: numbers.example } }`;
const numbers = `
apiVersion: runtime.wasmcloud.dev/v1alpha1
kind: Workload
metadata: { name: numbers }
spec:${http.replaceAll('\n  ', '\n')}
  components:
    - { name: front, image: ./teller.wasm }
    - { name: tally, image: tally.wasm }
`;

async function write(name: string, text: string): Promise<string> {
  const file = join(scratch.path, name);
  await writeFile(file, text);
  return file;
}
const up = (file: string): ReturnType<typeof serve> => serve(['--no-cache', '--addr', '127.0.0.1:0', '-f', file], {}, 'up');

test('runs the components of a manifest together, images as seen from its folder', async () => {
  const server = await up(await write('numbers.yaml', numbers));
  expect(await (await fetch(server.url)).text()).toBe('1002\n');
  server.child.kill('SIGTERM');
  const { code, err } = await server.ended;
  expect(code).toBe(0);
  expect(err).toContain('numbers answers for numbers.example, and here for every other name\n');
});

test('components share volumes: a directory of the machine, read-only if so mounted', async () => {
  const data = join(scratch.path, 'data');
  await mkdir(data);
  const manifest = (readOnly: boolean): string => `
apiVersion: runtime.wasmcloud.dev/v1alpha1
kind: WorkloadDeployment
metadata: { name: files }
spec:
  template:
    spec:${http.replaceAll('\n', '\n  ')}
      volumes:
        - { name: data, hostPath: { path: ${JSON.stringify(data)} } }
      components:
        - name: hello
          image: hello.wasm
          localResources: { volumeMounts: [{ name: data, mountPath: /data, readOnly: ${readOnly} }] }
`;
  const writable = await up(await write('files.yaml', manifest(false)));
  expect(await (await fetch(`${writable.url}/fs`)).text()).toMatch(/^\/data\/hello\.txt: written at/);
  writable.child.kill('SIGTERM');
  await writable.ended;
  expect(await readFile(join(data, 'hello.txt'), 'utf8')).toMatch(/written at/);
  const readable = await up(await write('files.yaml', manifest(true)));
  expect(await (await fetch(`${readable.url}/fs`)).text()).not.toMatch(/written at/);
  readable.child.kill('SIGTERM');
  await readable.ended;
});

test.each([
  ['problems a line each', numbers.replace('name: front', 'nome: front').replace('./teller', ''), /^hostling: the manifest is invalid:\nspec\.components\[0\]/],
  ['an image that is not there', numbers.replace('tally.wasm', 'talley.wasm'), /^hostling: cannot read .*talley\.wasm: there is no such file/],
  ['an image in a registry', numbers.replace('tally.wasm', 'ghcr.io/a/b:1'), /^hostling: the image ghcr\.io\/a\/b:1 is in a registry/],
  ['an import that nobody serves', numbers.replace(/.*tally.*\n/, ''), /test:tally\/count@1\.0\.0 is not served/],
  ['no YAML', 'a: [', /line 1/],
])('says what is wrong with a manifest: %s', async (_what, text, message) => {
  const { code, err } = await hostling(['up', '--no-cache', '--addr', '127.0.0.1:0', '-f', await write('bad.yaml', text)]);
  expect(err).toMatch(message);
  expect(err).not.toContain('    at ');
  expect(code).toBe(1);
});

test('says when there is no manifest', async () => {
  const { code, err } = await hostling(['up', '-f', join(scratch.path, 'nothing.yaml')]);
  expect([code, err]).toEqual([1, expect.stringMatching(/^hostling: cannot read the manifest .*nothing\.yaml: there is no such file\n$/)]);
});
