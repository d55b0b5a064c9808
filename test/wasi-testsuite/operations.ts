/**
 * Carries out the steps of one test on a host. Runs where the host runs (a process, a page, a Worker), so it knows no runtime.
 */
import type { Host } from '../../src/core/host.ts';
import type { Directory } from '../../src/core/ports/files.ts';
import type { Stdio } from '../../src/core/wasi/stdio.ts';
import type { ComponentInput, WorkloadOptions } from '../../src/core/workload/options.ts';
import type { Workload } from '../../src/core/workload/workload.ts';
import type { Operation, TestCase } from './cases.ts';

/** How long a test may take. */
export const limitMs = 10_000;

/** A test without what only the runner has: files and servers. Can be sent as JSON. */
export interface Trial extends Pick<TestCase, 'name' | 'world' | 'run' | 'operations'> {
  /** The files of the directory at `/` as base64, by path; no directory if there is none. */
  readonly files: Readonly<Record<string, string>> | undefined;
}

/** An open TCP connection to a guest. */
export interface Connection {
  send(bytes: Uint8Array): Promise<void>;
  /** The next bytes; nothing at the end. */
  receive(): Promise<Uint8Array | undefined>;
  close(): void;
}

/** What a test needs of the platform it runs on. */
export interface Environment {
  readonly host: Host;
  readonly component: ComponentInput;
  /** The directory at `/`. */
  readonly root: Directory | undefined;
  /** Asks the guest something, by whatever way requests come to it on this platform. */
  request(workload: Workload, path: string, init: RequestInit): Promise<Response>;
  /** Absent where no TCP connections can be made. */
  connect?(host: string, port: number): Promise<Connection>;
}

/** @returns why the test failed; nothing if it passed */
export async function perform(trial: Trial, environment: Environment): Promise<string | undefined> {
  const guest = new Guest(trial, environment);
  let step = 'run';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limitMs / 1000} s`)), limitMs);
  });
  const steps = async (): Promise<void> => {
    await guest.run();
    for (const operation of trial.operations) {
      step = operation.type;
      await guest.perform(operation);
    }
  };
  try {
    await Promise.race([steps(), late]);
    return undefined;
  } catch (failure) {
    const said = guest.said();
    return `${step}: ${failure instanceof Error ? failure.message : String(failure)}${said === '' ? '' : `; the guest said: ${said}`}`;
  } finally {
    clearTimeout(timer);
    await guest.end();
  }
}

/** The files of a trial as {@link createMemoryDirectory} takes them. */
export function filesOf({ files }: Trial): Record<string, Uint8Array> | undefined {
  return files && Object.fromEntries(Object.entries(files).map(([path, base64]) => [path, Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))]));
}

/** The component under test, seen as the process that the suite's specification speaks of. */
class Guest {
  readonly #trial: Trial;
  readonly #environment: Environment;
  readonly #streams = { stdin: new Pipe(), stdout: new Pipe(), stderr: new Pipe() };
  readonly #connections = new Map<string, Connection>();
  readonly #controller = new AbortController();
  #workload: Workload | undefined;
  #exit: Promise<number> | undefined;

  constructor(trial: Trial, environment: Environment) {
    this.#trial = trial;
    this.#environment = environment;
  }

  async run(): Promise<void> {
    const { host, component, root } = this.#environment;
    const { name, run, world } = this.#trial;
    const { stdin, stdout, stderr } = this.#streams;
    const stdio: Stdio = { stdin, stdout, stderr };
    const args = [`${name}.wasm`, ...run.args];
    const options: WorkloadOptions = { component, name, args, env: run.env, directories: root === undefined ? {} : { '/': root }, allowedHosts: ['*'], stdio };
    if (world === 'wasi:http/service') {
      this.#workload = await host.start({ ...options, host: '*' });
      return;
    }
    this.#exit = host.run({ ...options, signal: this.#controller.signal }).finally(() => {
      stdout.end();
      stderr.end();
    });
    this.#exit.catch(() => {}); // `wait` has it
  }

  async perform(operation: Operation): Promise<void> {
    switch (operation.type) {
      case 'write':
        return this.#streams[operation.id].write(encode(operation.payload));
      case 'read':
        return same(operation.id, await this.#streams[operation.id].take(encode(operation.payload).length), operation.payload);
      case 'connect':
        return this.#connect(operation.id);
      case 'send':
        return this.#connection(operation.id).send(encode(operation.payload));
      case 'recv':
        return same('received', await receive(this.#connection(operation.id), encode(operation.payload).length), operation.payload);
      case 'request':
        return this.#request(operation);
      case 'kill':
        return this.#workload === undefined ? this.#controller.abort(new Error('killed')) : this.#workload.stop();
      case 'wait': {
        this.#streams.stdin.end();
        const exitCode = (await this.#exit) ?? 0;
        if (exitCode !== operation.exitCode) throw new Error(`exit code ${exitCode} instead of ${operation.exitCode}`);
      }
    }
  }

  /** What the guest wrote to stderr, on one line. */
  said(): string {
    return new TextDecoder().decode(this.#streams.stderr.rest()).trim().replaceAll(/\s+/g, ' ');
  }

  async end(): Promise<void> {
    this.#controller.abort(new Error('the test is over'));
    for (const connection of this.#connections.values()) connection.close();
    await this.#workload?.stop({ graceMs: 0 });
  }

  async #request({ method, path, headers, body, response: expected }: Operation & { type: 'request' }): Promise<void> {
    if (this.#workload === undefined) throw new Error('the guest is no service');
    const response = await this.#environment.request(this.#workload, path, { method, headers, ...(body === '' ? undefined : { body }) });
    const content = await response.text();
    if (response.status !== expected.status) throw new Error(`${method} ${path}: status ${response.status} instead of ${expected.status}: ${content.trim()}`);
    for (const [name, value] of Object.entries(expected.headers)) same(`${method} ${path}: header ${name}`, response.headers.get(name) ?? '', value);
    same(`${method} ${path}: body`, content, expected.body);
  }

  /** The guest says on its first line where it listens. */
  async #connect(id: string): Promise<void> {
    const line = await this.#streams.stdout.line();
    const [, address, port] = /^(.+):(\d+)$/.exec(line.trim()) ?? [];
    if (address === undefined) throw new Error(`the guest did not say where it listens, but ${JSON.stringify(line)}`);
    if (this.#environment.connect === undefined) throw new Error('this platform makes no TCP connections');
    this.#connections.set(id, await this.#environment.connect(address, Number(port)));
  }

  #connection(id: string): Connection {
    const connection = this.#connections.get(id);
    if (connection === undefined) throw new Error(`no connection ${id} was made`);
    return connection;
  }
}

/** Bytes on their way to or from a guest. The writer never waits, as with a process's pipe that is far from full. */
class Pipe {
  #bytes = new Uint8Array();
  #ended = false;
  #wake = (): void => {};

  write(chunk: Uint8Array): void {
    this.#bytes = join(this.#bytes, chunk);
    this.#wake();
  }
  end(): void {
    this.#ended = true;
    this.#wake();
  }
  cancel(): void {
    this.end();
  }

  async read(max: number): Promise<Uint8Array | undefined> {
    await this.#until((bytes) => bytes.length > 0);
    return this.#bytes.length === 0 ? undefined : this.#shift(max);
  }
  /** Exactly so many bytes as text, fewer at the end. */
  async take(length: number): Promise<string> {
    await this.#until((bytes) => bytes.length >= length);
    return new TextDecoder().decode(this.#shift(length));
  }
  async line(): Promise<string> {
    const newline = (bytes: Uint8Array): number => bytes.indexOf(10) + 1;
    await this.#until((bytes) => newline(bytes) > 0);
    return new TextDecoder().decode(this.#shift(newline(this.#bytes) || this.#bytes.length));
  }
  /** What nobody has taken yet. */
  rest(): Uint8Array {
    return this.#bytes;
  }

  async #until(enough: (bytes: Uint8Array) => boolean): Promise<void> {
    while (!enough(this.#bytes) && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
  #shift(length: number): Uint8Array {
    const taken = this.#bytes.slice(0, length);
    this.#bytes = this.#bytes.slice(length);
    return taken;
  }
}

async function receive(connection: Connection, length: number): Promise<string> {
  let bytes = new Uint8Array();
  while (bytes.length < length) {
    const chunk = await connection.receive();
    if (chunk === undefined) break;
    bytes = join(bytes, chunk);
  }
  return new TextDecoder().decode(bytes);
}

function same(what: string, actual: string, expected: string): void {
  if (actual !== expected) throw new Error(`${what} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}
