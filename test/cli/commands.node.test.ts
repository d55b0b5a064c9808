import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAddress, parseDirectory, shownAs, workloadNameOf } from '../../src/cli/options.ts';
import { createStatusLine } from '../../src/cli/progress.ts';
import { compilePlan } from '../../src/core/engine/plan/compile.ts';
import { printPlan } from '../../src/core/engine/plan/print.ts';
import { bin, guestPath, hostling, temporaryDirectory } from './hostling.ts';

let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
const inScratch = (name: string): string => join(scratch.path, name);

beforeAll(async () => {
  scratch = await temporaryDirectory();
  const component = await readFile(guestPath('cat-p2'));
  await writeFile(inScratch('text.wasm'), 'not wasm at all');
  await writeFile(inScratch('empty.wasm'), '');
  await writeFile(inScratch('head.wasm'), component.subarray(0, 5));
  await writeFile(inScratch('cut.wasm'), component.subarray(0, 5000));
  await writeFile(inScratch('core.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
});
afterAll(() => scratch[Symbol.asyncDispose]());

describe('help', () => {
  test.each([[''], ['run'], ['serve'], ['inspect'], ['build']])('of hostling %s ends with an example', async (command) => {
    const { code, out, err } = await hostling([...(command === '' ? [] : [command]), '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.slice(out.indexOf('\nExample:\n'))).toMatch(new RegExp(`^\\nExample:\\n( {2}.*\\bhostling ${command}.*\\n)+$`));
  });

  test('is shown on standard error when there is no command', async () => {
    const { code, out, err } = await hostling([]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Usage: hostling');
  });
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(await hostling(['--version'])).toMatchObject({ code: 0, out: `${version}\n` });
});

describe('what cannot be run is one line and a failure:', () => {
  const component = guestPath('cat-p2');
  const noFile = ['there is no such file', 1] as const;
  const cases: readonly (readonly [what: string, args: () => string[], message: RegExp | string, code: number])[] = [
    ['no component', () => ['run'], "missing required argument 'component'", 2],
    ['a missing file', () => ['run', inScratch('none.wasm')], ...noFile],
    ['a missing file to inspect', () => ['inspect', inScratch('none.wasm')], ...noFile],
    ['a missing file to serve', () => ['serve', inScratch('none.wasm')], ...noFile],
    ['a missing file to build', () => ['build', '--out', inScratch('out'), inScratch('none.wasm')], ...noFile],
    ['a directory', () => ['run', scratch.path], 'it is a directory', 1],
    ['an address that is none', () => ['run', 'http://'], 'not a complete URL', 1],
    ['text', () => ['run', inScratch('text.wasm')], 'text.wasm: not WebAssembly', 1],
    ['nothing', () => ['run', inScratch('empty.wasm')], 'empty.wasm: not WebAssembly', 1],
    ['a few bytes', () => ['run', inScratch('head.wasm')], /head\.wasm: truncated.*build or download it again/, 1],
    ['a part of a component', () => ['run', inScratch('cut.wasm')], /cut\.wasm: malformed component at byte \d+/, 1],
    ['a core module', () => ['run', inScratch('core.wasm')], 'a core WebAssembly module, not a component; build it', 1],
    ['an import nobody serves', () => ['run', guestPath('wat-unknown-import')], 'acme:missing/thing@1.2.3 is not served', 1],
    ['an HTTP handler', () => ['run', '--no-cache', guestPath('wat-http-p3')], 'use `hostling serve`', 1],
    ['a missing directory', () => ['run', '--dir', inScratch('none'), component], 'it does not exist; check the path given with --dir', 1],
    ['a file as directory', () => ['run', '--dir', inScratch('text.wasm'), component], 'it is not a directory', 1],
    ['a wrong --dir', () => ['run', '--dir', 'a::b::c', component], 'write it as HOST, HOST::GUEST or HOST::GUEST::ro', 2],
    ['one guest path twice', () => ['run', '--dir', '.::/x', '--dir', '/::/x', component], 'names the guest path /x twice', 2],
    ['an --env without a name', () => ['run', '--env', '=hidden', component], 'write it as NAME=VALUE', 2],
    ['an --env that is not set', () => ['run', '--env', 'SURELY_NOT_SET', component], 'no such variable', 2],
    ['a wrong --allow-host', () => ['run', '--allow-host', 'a/b', component], "'a/b': a path is not allowed", 2],
    ['an unknown option', () => ['run', '--evn=hidden', component], "unknown option '--evn'", 2],
    ['an unknown command', () => ['runn', component], "unknown command 'runn'", 2],
    ['two components', () => ['inspect', component, component], 'too many arguments', 2],
    ['no --out', () => ['build', component], "option '--out <dir>' not specified", 2],
    ['an --out that is a file', () => ['build', '--no-cache', '--out', inScratch('text.wasm'), guestPath('wat-exit')], 'choose another folder with --out', 1],
    ['a --pool-size below zero', () => ['serve', '--pool-size', '-1', component], "--pool-size '-1' is no count; write a whole number such as 4", 2],
    ['a --max-invocations that is none', () => ['serve', '--max-invocations', 'x', component], "--max-invocations 'x' is no count", 2],
    ['a --max-concurrency that is none', () => ['serve', '--max-concurrency=1.5', component], "--max-concurrency '1.5' is no count", 2],
    ['a --memory-limit that is none', () => ['run', '--memory-limit', 'x', component], "--memory-limit 'x' is no amount of memory", 2],
    ['a --memory-limit without an end', () => ['serve', '--memory-limit', 'Infinity', component], "--memory-limit 'Infinity' is no amount of memory", 2],
    ['a --memory-limit beyond reason', () => ['build', '--out', 'x', '--memory-limit', '99999999999', component], /--memory-limit .*; .*65536 at most/, 2],
    ['a --memory-limit that is too low to run', () => ['run', '--memory-limit', '0.01', component], 'raise --memory-limit', 1],
    ['a --memory-limit that is too low to serve', () => ['serve', '--memory-limit', '0.01', guestPath('wat-memory')], 'raise --memory-limit', 1],
    ['a --memory-limit that is too low to build', () => ['build', '--out', inScratch('out'), '--memory-limit', '0.01', component], 'raise --memory-limit', 1],
    [
      "a --memory-limit for jco's engine",
      () => ['run', '--engine', 'jco', '--memory-limit', '100', component],
      /cannot keep the --memory-limit of workload cat-p2; leave that out or use hostling's own engine/,
      2,
    ],
    ['an --addr without a port', () => ['serve', '--addr', 'localhost', component], 'write it as HOST:PORT', 2],
    [
      'an --addr of another machine',
      () => ['serve', '--no-cache', '--addr', '192.0.2.1:8000', guestPath('wat-http-p3')],
      'choose an address of this machine',
      1,
    ],
  ];
  test.each([
    [['--evn'], 'hostling --help'],
    [['runn', component], 'hostling --help'],
    [['run', '--evn', component], 'hostling run --help'],
    [['serve', '--evn', component], 'hostling serve --help'],
    [['inspect'], 'hostling inspect --help'],
    [['--no-cache', 'build', component], 'hostling build --help'],
  ])('%o points to its own help', async (args, help) => {
    expect((await hostling(args)).err).toMatch(new RegExp(`; see \`${help}\`\n$`));
  });

  test.each(cases)('%s', async (_what, args, message, code) => {
    const outcome = await hostling(args());
    expect(outcome.err).toMatch(message);
    expect(outcome.err).toMatch(/^hostling: [^\n]*\n$/);
    expect(outcome.err).not.toContain('hidden');
    expect(outcome).toMatchObject({ code, out: '' });
  });
});

describe('hostling inspect', () => {
  test.each([
    ['hello-p2', 'HTTP handler, WASI Preview 2', 'wasi:http/incoming-handler@0.2.12'],
    ['hello-p3', 'HTTP handler, WASI Preview 3', 'wasi:http/handler@0.3.0'],
    ['cat-p2', 'command, WASI Preview 2', 'wasi:cli/run@0.2.12'],
    ['cat-p3', 'command, WASI Preview 3', 'wasi:cli/run@0.3.0'],
    ['p1-cat', 'core module for WASI Preview 1', 'wasi:cli/run@0.2.'],
    ['wat-sync', 'neither answers HTTP requests nor runs', 'add'],
  ])('%s is a %s', async (name, kind, exported) => {
    const { code, out, err } = await hostling(['inspect', guestPath(name)]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(kind);
    expect(out.slice(out.indexOf('\nexports'))).toContain(exported);
    expect(out).not.toContain('REFUSED');
    expect(out).toContain(
      `sha256:${createHash('sha256')
        .update(await readFile(guestPath(name)))
        .digest('hex')}`,
    );
  });

  test('says what is refused, with exit code 0', async () => {
    const { code, out } = await hostling(['inspect', guestPath('wat-unknown-import')]);
    expect(code).toBe(0);
    expect(out).toMatch(/acme:missing\/thing@1\.2\.3 +REFUSED +is not served by this host\n/);
  });

  test('--json is for programs', async () => {
    const guest = guestPath('wat-unknown-import');
    const report: unknown = JSON.parse((await hostling(['inspect', '--json', guest])).out);
    expect(report).toMatchObject({
      component: guest,
      format: 'component',
      size: (await stat(guest)).size,
      entrypoints: { run: { name: 'wasi:cli/run@0.2.12' } },
      imports: [{ name: 'acme:missing/thing@1.2.3', served: false, functions: [{ name: 'use-it', async: false }] }],
      exports: [{ name: 'wasi:cli/run@0.2.12', functions: [{ name: 'run' }] }],
    });
  });
});

describe('hostling inspect --verbose', () => {
  const planIn = (out: string): string => out.slice(out.indexOf('\nplan')).trim();

  test.each(['cat-p2', 'hello-p3', 'wat-sync'])("prints the plan of %s behind what it prints without, as hostling's engine executes it", async (name) => {
    const guest = guestPath(name);
    const { out: without } = await hostling(['inspect', guest]);
    const { code, out, err } = await hostling(['inspect', '--verbose', guest]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const plan = printPlan(compilePlan(await readFile(guest)));
    expect(out).toBe(`${without}plan\n${plan.replace(/^/gm, '  ')}\n`);
    expect(out).toMatch(/^ {2}step 0: core instance 0 = module \d+ in instance \d+$/m);
  });

  test('prints the plan of what a module for WASI Preview 1 becomes', async () => {
    const { code, out } = await hostling(['--verbose', 'inspect', guestPath('p1-hello')]);
    expect(code).toBe(0);
    expect(planIn(out)).toMatch(/^plan\n {2}instance 0: .*\n[\s\S]*\n {2}export wasi:cli\/run@0\.2\.\d+: instance\n/);
  });

  test("says in one line that jco's engine has none", async () => {
    const { code, out } = await hostling(['inspect', '--verbose', '--engine', 'jco', guestPath('wat-sync')]);
    expect({ code, plan: planIn(out) }).toEqual({ code: 0, plan: "plan: none, jco's engine generates JavaScript in its place" });
  });

  test('says why there is none of what is not valid', async () => {
    await writeFile(inScratch('invalid.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 5, 4, 1, 0, 9, 0));
    const { code, out } = await hostling(['inspect', '--verbose', inScratch('invalid.wasm')]);
    expect(code).toBe(0);
    expect(planIn(out)).toMatch(/^plan: none, invalid component at byte \d+[^\n]*$/);
  });

  test('with --json has the plan as data', async () => {
    const guest = guestPath('wat-sync');
    const report = JSON.parse((await hostling(['inspect', '--verbose', '--json', guest])).out) as { plan: unknown };
    expect(report.plan).toEqual(JSON.parse(JSON.stringify(compilePlan(await readFile(guest)))));
    expect(JSON.parse((await hostling(['inspect', '--json', guest])).out)).not.toHaveProperty('plan');
    expect(JSON.parse((await hostling(['inspect', '--verbose', '--json', '--engine', 'jco', guest])).out)).not.toHaveProperty('plan');
  });
});

describe('hostling build', () => {
  test('writes the files and lists them', async () => {
    const out = inScratch('made/for/it');
    const outcome = await hostling(['build', '--no-cache', '--out', out, guestPath('wat-http-p3')]);
    expect(outcome).toMatchObject({ code: 0, err: '' });
    const names = await readdir(out);
    expect(names).toContain('index.js');
    for (const name of names) expect(outcome.out).toContain(join(out, name));
  });

  test('--json lists them for programs', async () => {
    const { out } = await hostling(['build', '--json', '--no-cache', '--out', inScratch('json'), guestPath('wat-http-p3')]);
    const { files } = JSON.parse(out) as { files: { path: string; size: number }[] };
    for (const { path, size } of files) expect((await stat(path)).size).toBe(size);
  });
});

test('the status line is for terminals and clears itself', () => {
  const written: string[] = [];
  const terminal = (isTTY: boolean): NodeJS.WriteStream =>
    ({ isTTY, columns: 20, write: (text: string) => written.push(text) }) as unknown as NodeJS.WriteStream;
  const quiet = createStatusLine('https://example.com/a.wasm', terminal(false));
  quiet.onStep('loading');
  quiet.onStep('preparing');
  quiet.clear();
  expect(written).toEqual([]);
  const line = createStatusLine('https://example.com/a.wasm', terminal(true));
  line.onStep('loading');
  line.onStep('preparing');
  line.onStep('linking');
  line.clear();
  expect(written).toEqual(['loading a.wasm …', '\r\x1b[2K', 'preparing a.wasm …', '\r\x1b[2K']);
});

describe('options', () => {
  test('--dir', () => {
    expect(parseDirectory('./a')).toEqual({ host: './a', guest: './a', readOnly: false });
    expect(parseDirectory('a::/b')).toEqual({ host: 'a', guest: '/b', readOnly: false });
    expect(parseDirectory('C:\\a::/b::ro')).toEqual({ host: 'C:\\a', guest: '/b', readOnly: true });
    for (const wrong of ['', '::', 'a::', '::b', 'a::b::rw', 'a::b::ro::ro']) expect(() => parseDirectory(wrong)).toThrow('no directory to grant');
  });
  test('--addr', () => {
    expect(parseAddress('localhost:80')).toEqual({ address: 'localhost', port: 80 });
    expect(parseAddress('[::1]:0')).toEqual({ address: '::1', port: 0 });
    for (const wrong of ['', '80', ':80', '::1:80', 'a:65536', 'a:-1', 'http://a:80']) expect(() => parseAddress(wrong)).toThrow('HOST:PORT');
  });
  test('an address is shown without its secrets', () => {
    expect(shownAs('https://user:secret@example.com/a.wasm?token=secret#x')).toBe('https://example.com/a.wasm');
    expect(shownAs('a?b.wasm')).toBe('a?b.wasm');
  });
  test('the workload is named like the file', () => {
    expect(workloadNameOf('/a/hello.wasm')).toBe('hello');
    expect(workloadNameOf('https://example.com/x/My%20App.wasm?y')).toBe('My-20App');
    expect(workloadNameOf('…')).toBe('component');
  });
});

/** The first `node` that is older than what hostling takes, if this machine has one. */
function oldNode(): string | undefined {
  const path = (process.env['PATH'] ?? '')
    .split(':')
    .filter((part) => !part.includes('node_modules'))
    .join(':');
  try {
    const command = execFileSync('/usr/bin/env', ['sh', '-c', 'command -v node'], { env: { PATH: path }, encoding: 'utf8' }).trim();
    const major = Number(execFileSync(command, ['-p', 'process.versions.node'], { encoding: 'utf8' }).split('.')[0]);
    return major < 24 ? command : undefined;
  } catch {
    return undefined;
  }
}

const old = oldNode();
test.skipIf(old === undefined)(`an older Node is told what to do${old === undefined ? ' (skipped: no Node before 24 on this machine)' : ''}`, () => {
  const { status, stderr, stdout } = spawnSync(old!, [bin, 'run', guestPath('cat-p2')], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^hostling: Node \d+\.\d+\.\d+ is too old, .*; install Node 24 or newer.*\n$/);
});
