/** The programs: in which language each is written, how it is built, and what it has to do. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guestsDir } from '../../scripts/guests/guest.ts';
import { assembleWit } from '../../scripts/guests/wit.ts';
import { inRoot } from '../../scripts/lib/root.ts';
import { runOrThrow } from '../../scripts/lib/run.ts';
import type { Operation, TestCase } from '../wasi-testsuite/cases.ts';
import { adapt, componentOf } from '../wasi-testsuite/preview1.ts';
import { isMissing, type Missing, type Toolchains } from './toolchains.ts';

/** A program to build and run. */
export interface Program {
  readonly name: string;
  readonly about: string;
  /** What cannot be built without it. */
  readonly toolchain: { readonly name: string } | Missing;
  readonly kind: 'command' | 'http';
  /** Makes a component of it. */
  build(): Promise<Uint8Array>;
}

const sources = fileURLToPath(new URL('programs/', import.meta.url));
const builds = inRoot('.cache/real-guests');

/** All programs, whether they can be built here or not. */
export function listPrograms({ rust, c, bindings, go }: Toolchains): Program[] {
  const here = { name: 'the sample guests' };
  const cargo = (name: string, about: string, kind: Program['kind']): Program => ({
    name: `rust-${name}`,
    about,
    toolchain: rust,
    kind,
    build: () => buildRust(name),
  });
  return [
    cargo('cli', 'Rust, std, Preview 2', 'command'),
    cargo('cli-p3', 'Rust, crate wasip3, Preview 3', 'command'),
    cargo('http-p2', 'Rust, crate wasip2, Preview 2', 'http'),
    cargo('http-p3', 'Rust, crate wasip3, Preview 3', 'http'),
    { name: 'c-cli', about: 'C, wasi-libc, Preview 1', toolchain: c, kind: 'command', build: () => buildC(isMissing(c) ? [] : c.compile) },
    {
      name: 'c-http-p2',
      about: 'C, wit-bindgen, Preview 2',
      toolchain: isMissing(c) ? c : bindings,
      kind: 'http',
      build: () => buildCHttp(isMissing(c) ? [] : c.compile),
    },
    { name: 'go-cli', about: 'Go, its own runtime, Preview 1', toolchain: go, kind: 'command', build: buildGo },
    { name: 'starling-http-p2', about: 'JavaScript, StarlingMonkey, Preview 2', toolchain: here, kind: 'http', build: () => sample('hello-p2') },
    { name: 'quickjs-http-p3', about: 'JavaScript, QuickJS, Preview 3', toolchain: here, kind: 'http', build: () => sample('hello-p3') },
  ];
}

async function buildRust(name: string): Promise<Uint8Array> {
  const target = join(builds, 'rust');
  const args = ['build', '--quiet', '--release', '--target', 'wasm32-wasip2', '--package', name];
  // The lock file would name the registry that this machine has its crates from.
  await runOrThrow('cargo', args, { cwd: join(sources, 'rust'), env: { ...process.env, CARGO_TARGET_DIR: target } });
  return readFile(join(target, 'wasm32-wasip2/release', `${name.replaceAll('-', '_')}.wasm`));
}

async function buildC([program = '', ...args]: readonly string[]): Promise<Uint8Array> {
  await mkdir(builds, { recursive: true });
  const out = join(builds, 'c-cli.core.wasm');
  await runOrThrow(program, [...args, '-o', out, join(sources, 'c/cli.c')]);
  return adapt(await readFile(out));
}

async function buildCHttp([program = '', ...args]: readonly string[]): Promise<Uint8Array> {
  const generated = join(builds, 'c-http');
  await mkdir(generated, { recursive: true });
  const wit = join(generated, 'world.wit');
  await writeFile(wit, await assembleWit(join(sources, 'c')));
  await runOrThrow('wit-bindgen', ['c', wit, '--world', 'program', '--out-dir', generated]);
  const out = join(builds, 'c-http.core.wasm');
  const files = [join(sources, 'c/http.c'), join(generated, 'program.c'), join(generated, 'program_component_type.o')];
  await runOrThrow(program, [...args, '-mexec-model=reactor', `-I${generated}`, '-o', out, ...files]);
  return componentOf(await readFile(out));
}

async function buildGo(): Promise<Uint8Array> {
  await mkdir(builds, { recursive: true });
  const out = join(builds, 'go-cli.core.wasm');
  const env = { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm', GO111MODULE: 'off', CGO_ENABLED: '0' };
  await runOrThrow('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', out, 'main.go'], { cwd: join(sources, 'go'), env });
  return adapt(await readFile(out));
}

async function sample(name: string): Promise<Uint8Array> {
  return readFile(join(guestsDir, `${name}.wasm`));
}

/** What every program of its kind has to do, whatever it is written in. */
export function caseOf({ name, kind }: Program, wasm: string): TestCase {
  const common = { name, wasm, servers: [] };
  if (kind === 'http') return { ...common, world: 'wasi:http/service', run: { args: [], env: { NAME: 'real' } }, root: undefined, operations: requests(name) };
  const run = { args: ['one', 'two words', 'drei ü', 'fail'], env: { GREETING: 'hello', OTHER: 'x' } };
  return { ...common, world: 'wasi:cli/command', run, root: join(sources, 'files'), operations: command() };
}

const input = 'all work and no play\n'.repeat(2000);

function command(): Operation[] {
  const sum = [...Buffer.from(input)].reduce((total, byte) => (total * 31 + byte) % 1_000_003, 0);
  const said = `args: [one] [two words] [drei ü] [fail]\nenv: hello\ninput: ${input.length} bytes, ${sum}\nfile: what the file says\nwaited: yes\n`;
  return [
    { type: 'write', id: 'stdin', payload: input },
    { type: 'wait', exitCode: 1 },
    { type: 'read', id: 'stdout', payload: said },
    { type: 'read', id: 'stderr', payload: 'done\n' },
  ];
}

function requests(name: string): Operation[] {
  const [language = ''] = name.split('-');
  const own = ['rust', 'c'].includes(language);
  const answer = (body: string, status = 200): { status: number; headers: Record<string, string>; body: string } => ({
    status,
    headers: own ? { 'x-language': language } : {},
    body,
  });
  const get = (path: string, response: ReturnType<typeof answer>): Operation => ({ type: 'request', method: 'GET', path, headers: {}, body: '', response });
  const echo = (body: string): Operation => ({ type: 'request', method: 'POST', path: '/echo', headers: {}, body, response: answer(body) });
  const greeting = answer(own ? `hello from ${language}\n` : 'Hello, real!\n');
  return [get('/', greeting), echo('there and back'), echo(input), get('/nowhere', answer(own ? '' : 'nothing at /nowhere\n', 404)), get('/', greeting)];
}
