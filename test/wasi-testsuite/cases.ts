/**
 * The suite's test cases as its specification describes them: `name.wasm` with an optional `name.json` beside it. Older files give
 * arguments and expected output directly, newer ones a list of operations; both become the same {@link TestCase}.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** What the guest is started with. */
export interface Run {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** One step after the start. */
export type Operation =
  | { readonly type: 'write'; readonly id: 'stdin'; readonly payload: string }
  | { readonly type: 'read'; readonly id: 'stdout' | 'stderr'; readonly payload: string }
  | { readonly type: 'connect'; readonly id: string }
  | { readonly type: 'send' | 'recv'; readonly id: string; readonly payload: string }
  | {
      readonly type: 'request';
      readonly method: string;
      readonly path: string;
      readonly headers: Record<string, string>;
      readonly body: string;
      readonly response: ExpectedResponse;
    }
  | { readonly type: 'kill' }
  | { readonly type: 'wait'; readonly exitCode: number };

/** What an answer of the guest must have; headers not named here may be there too. */
export interface ExpectedResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What a test server answers at one method and path. */
export interface Endpoint {
  readonly method: string;
  readonly path: string;
  readonly mode: 'static' | 'echo-body' | 'echo-headers';
  readonly status: number;
  readonly headers: Record<string, string>;
  /** One with a `content-length`, or chunked if it comes in several pieces or with trailers. */
  readonly body: string | readonly string[];
  readonly trailers: Record<string, string>;
}

/** A server that the guest is told of in its environment as `HTTP_SERVER_<NAME>`. */
export interface ServerSpec {
  readonly name: string;
  /** Whether somebody listens there; if not, connecting is refused. */
  readonly listening: boolean;
  readonly endpoints: readonly Endpoint[];
}

/** One test. */
export interface TestCase {
  readonly name: string;
  /** The component's file. */
  readonly wasm: string;
  readonly world: 'wasi:cli/command' | 'wasi:http/service';
  readonly run: Run;
  /** The directory that the guest finds at `/`. */
  readonly root: string | undefined;
  readonly operations: readonly Operation[];
  readonly servers: readonly ServerSpec[];
}

/** The cases of a directory, by name. */
export async function readCases(directory: string): Promise<TestCase[]> {
  const files = await readdir(directory);
  const names = files.filter((file) => file.endsWith('.wasm')).map((file) => basename(file, '.wasm'));
  return Promise.all(
    names.toSorted().map(async (name) => {
      const spec = files.includes(`${name}.json`) ? JSON.parse(await readFile(join(directory, `${name}.json`), 'utf8')) : {};
      try {
        return toCase(name, directory, record(spec));
      } catch (cause) {
        throw new Error(`${name}.json is not understood: ${String(cause)}`, { cause });
      }
    }),
  );
}

type Json = Readonly<Record<string, unknown>>;

function toCase(name: string, directory: string, spec: Json): TestCase {
  const modern = 'operations' in spec || 'proposals' in spec || 'servers' in spec;
  const [run, ...rest] = modern ? list(spec.operations ?? [{ type: 'run' }, { type: 'wait' }]).map(record) : legacySteps(spec);
  if (run?.type !== 'run' || rest.some(({ type }) => type === 'run')) throw new Error('a test begins with its only run');
  return {
    name,
    wasm: join(directory, `${name}.wasm`),
    world: oneOf(spec.world ?? 'wasi:cli/command', 'wasi:cli/command', 'wasi:http/service'),
    run: { args: list(run.args ?? []).map(text), env: texts(run.env ?? {}) },
    root: typeof run.root === 'string' ? join(directory, run.root) : undefined,
    operations: rest.map(toOperation),
    servers: list(spec.servers ?? []).map((server) => toServer(record(server))),
  };
}

function legacySteps({ stdout, stderr, exit_code: exitCode, ...run }: Json): Json[] {
  const reads = Object.entries({ stdout, stderr }).filter(([, payload]) => typeof payload === 'string');
  return [{ ...run, type: 'run' }, ...reads.map(([id, payload]) => ({ type: 'read', id, payload })), { type: 'wait', exit_code: exitCode ?? 0 }];
}

function toOperation(step: Json): Operation {
  const { type } = step;
  const payload = text(step.payload ?? '');
  switch (type) {
    case 'write':
      return { type, id: oneOf(step.id, 'stdin'), payload };
    case 'read':
      return { type, id: oneOf(step.id ?? 'stdout', 'stdout', 'stderr'), payload };
    case 'connect':
      oneOf(step.protocol_type ?? 'tcp', 'tcp');
      return { type, id: text(step.id ?? 'server') };
    case 'send':
    case 'recv':
      return { type, id: text(step.id), payload };
    case 'request': {
      const { method = 'GET', path = '/', headers = {}, body = '' } = step;
      return { type, method: text(method), path: text(path), headers: texts(headers), body: text(body), response: toResponse(record(step.response ?? {})) };
    }
    case 'kill':
      return { type };
    case 'wait':
      return { type, exitCode: Number(step.exit_code ?? 0) };
    default:
      throw new Error(`unknown operation ${String(type)}`);
  }
}

function toResponse({ status = 200, headers = {}, body = '' }: Json): ExpectedResponse {
  return { status: Number(status), headers: texts(headers), body: text(body) };
}

function toServer({ name, kind = 'listening', endpoints = [] }: Json): ServerSpec {
  const listening = oneOf(kind, 'listening', 'closed') === 'listening';
  return { name: text(name), listening, endpoints: list(endpoints).map((endpoint) => toEndpoint(record(endpoint))) };
}

function toEndpoint({ method = 'GET', path = '/', mode = 'static', response = '' }: Json): Endpoint {
  const answer: Json = typeof response === 'string' ? { body: response } : record(response);
  return {
    method: text(method).toUpperCase(),
    path: text(path),
    mode: oneOf(mode, 'static', 'echo-body', 'echo-headers'),
    ...toResponse(answer),
    ...('chunks' in answer ? { body: list(answer.chunks).map(text) } : undefined),
    trailers: texts(answer.trailers ?? {}),
  };
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`${JSON.stringify(value)} is no string`);
  return value;
}
function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${JSON.stringify(value)} is no list`);
  return value;
}
function record(value: unknown): Json {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${JSON.stringify(value)} is no object`);
  return { ...value };
}
function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(record(value)).map(([name, item]) => [name, text(item)]));
}
function oneOf<T extends string>(value: unknown, ...allowed: T[]): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw new TypeError(`${JSON.stringify(value)} is none of ${allowed.join(', ')}`);
  return found;
}
