import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Consumer, createConsumer } from '../../scripts/lib/pack.ts';
import { binary, rootDir } from '../../scripts/lib/root.ts';

const exec = promisify(execFile);

describe('the package, as somebody installs it', () => {
  let project: Consumer | undefined;
  let consumer = '';
  let files: readonly string[] = [];

  beforeAll(async () => {
    const names = await readdir(join(rootDir, 'node_modules'));
    project = await createConsumer(names.filter((name) => !name.startsWith('.') && name !== 'hostling'));
    ({ folder: consumer, files } = project);
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  const node = async (code: string, ...flags: string[]): Promise<string> => {
    const { stdout } = await exec(process.execPath, [...flags, '--input-type=module', '-e', code], { cwd: consumer });
    return stdout.trim();
  };

  test('holds what runs and its types, and nothing of its making', () => {
    for (const name of ['package.json', 'README.md', 'LICENSE', 'bin/hostling.mjs', 'dist/platform/node/index.js', 'dist/platform/node/index.d.ts'])
      expect(files).toContain(name);
    for (const kind of ['command', 'reactor']) expect(files).toContain(`dist/adapters/wasi_snapshot_preview1.${kind}.wasm`);
    expect(files.filter((name) => /\.map$|tsbuildinfo|(^|\/)\.|(?<!\.d)\.ts$|^(src|test|scripts|demo|bench|\.cache)\//.test(name))).toEqual([]);
  });

  test.each([
    ['hostling', [], 'node'],
    ['hostling', ['-C', 'browser'], 'browser'],
    ['hostling', ['-C', 'workerd'], 'workers'],
    ['hostling/node', [], 'node'],
    ['hostling/browser', [], 'browser'],
    ['hostling/workers', [], 'workers'],
    ['hostling/testing', [], 'memory'],
  ])('import of %s with %o is the %s platform', async (specifier, flags, platform) => {
    const stub = "globalThis.MessageChannel ??= class {}; globalThis.location ??= { href: 'http://x/' };";
    expect(
      await node(`${stub} const { createHost } = await import('${specifier}'); console.log((await createHost()).platform); process.exit()`, ...flags),
    ).toBe(platform);
  });

  test('each entry has what every entry has', async () => {
    const names = async (specifier: string): Promise<string[]> =>
      JSON.parse(await node(`console.log(JSON.stringify(Object.keys(await import('${specifier}'))))`)) as string[];
    const common = ['GuestExit', 'HostlingError', 'InstanceScope', 'WitError', 'createHost', 'createMemoryDirectory', 'err', 'ok'];
    for (const entry of ['hostling', 'hostling/node', 'hostling/browser', 'hostling/workers', 'hostling/testing'])
      expect(await names(entry), entry).toEqual(expect.arrayContaining(common));
  });

  test('what is not exported cannot be imported', async () => {
    await expect(node("await import('hostling/dist/core/host.js')")).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  test.each([
    ['browser', undefined, 'platform/browser/index.js'],
    ['node', undefined, 'platform/node/index.js'],
    ['neutral', undefined, 'platform/memory/index.js'],
    ['browser', ['workerd', 'worker', 'browser'], 'platform/workers/index.js'],
  ] as const)('esbuild for %s with %o takes %s', async (platform, conditions, expected) => {
    const result = await build({
      stdin: { contents: "export { createHost } from 'hostling';", resolveDir: consumer },
      absWorkingDir: consumer,
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform,
      ...(conditions === undefined ? {} : { conditions: [...conditions] }),
      external: ['node:*', '@bytecodealliance/*'],
      logLevel: 'silent',
    });
    const inputs = Object.keys(result.metafile.inputs).filter((name) => /platform\/\w+\/index\.js$/.test(name));
    expect(inputs.map((name) => name.replace(/^.*\/dist\//, ''))).toEqual([expected]);
    expect(result.warnings).toEqual([]);
  });

  test.each([
    ['NodeNext', 'NodeNext', ['node'], 'openDirectory'],
    ['ESNext', 'Bundler', [], 'createMemoryDirectory'],
  ])('types with module %s, resolution %s', async (module, moduleResolution, types, name) => {
    const config = {
      compilerOptions: {
        module,
        moduleResolution,
        types,
        target: 'ES2024',
        lib: ['ES2024', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
      },
      files: ['use.ts'],
    };
    const use = `import { createHost, ${name}, HostlingError, type Host, type Workload } from 'hostling';
import { createManualClock } from 'hostling/testing';
const host: Host = await createHost();
const workload: Workload = await host.start({ component: new Uint8Array(0), directories: { '/': 'memory' } });
const response: Response = await workload.fetch('/');
const code: string = new HostlingError('not-wasm', '').code;
export const all: unknown[] = [response, code, ${name}, createManualClock];
// @ts-expect-error: no such option
await host.start({ component: '', enviroment: {} });
`;
    await writeFile(join(consumer, 'tsconfig.json'), JSON.stringify(config));
    await writeFile(join(consumer, 'use.ts'), use);
    const { stdout } = await exec(binary('tsc'), ['-p', consumer], { cwd: consumer }).catch((failure: { stdout: string }) => failure);
    expect(stdout).toBe('');
  });
});
