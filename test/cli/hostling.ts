import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { guestsDir } from '../../scripts/guests/guest.ts';

/** The command line's entry. */
export const bin: string = fileURLToPath(new URL('../../bin/hostling.mjs', import.meta.url));

/** The path of a built guest. */
export const guestPath = (name: string): string => join(guestsDir, `${name}.wasm`);

/** How a process is started. */
export interface Surroundings {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a process ended and what it printed. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly bytes: Buffer;
  readonly err: string;
}

/** A process whose three streams are pipes. */
export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts the command line. */
export function start(args: readonly string[], env: Surroundings['env'] = {}): Child {
  const child = spawn(process.execPath, [bin, ...args], { stdio: 'pipe', env: { ...process.env, ...env } });
  // A process that leaves before it has read its input is what some tests are about.
  child.stdin.on('error', () => {});
  return child;
}

/** Waits for the end of a process. */
export async function end(child: Child): Promise<Outcome> {
  const [[code, signal], bytes, err] = await Promise.all([
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
    buffer(child.stdout),
    text(child.stderr),
  ]);
  return { code, signal, bytes, out: bytes.toString(), err };
}

/** Runs the command line to its end. */
export function hostling(args: readonly string[], { input = '', env }: Surroundings = {}): Promise<Outcome> {
  const child = start(args, env);
  child.stdin.end(input);
  return end(child);
}

/** Reads what a process prints until it holds `found`, and leaves the rest for others. */
export async function readUntil(stream: Readable, found: string): Promise<string> {
  let seen = '';
  while (!seen.includes(found)) {
    const [chunk] = (await Promise.race([once(stream, 'data'), once(stream, 'end').then(() => [undefined])])) as [Buffer | undefined];
    if (chunk === undefined) throw new Error(`the output ended before '${found}': ${seen}`);
    seen += chunk.toString();
  }
  return seen;
}

/** A server of ours that listens. */
export interface Server {
  readonly child: Child;
  readonly url: string;
  /** All it has printed on standard output so far. */
  readonly out: () => string;
  readonly ended: Promise<Outcome>;
}

/** Starts `hostling serve`, or another command that listens, and waits until it does. */
export async function serve(args: readonly string[], env?: Surroundings['env'], command: 'serve' | 'up' = 'serve'): Promise<Server> {
  const child = start([command, ...args], env);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const ended = end(child);
  const listening = readUntil(child.stdout, '\n');
  const early = ended.then(({ err, code }): never => {
    throw new Error(`${command} ended with ${code}: ${err}`);
  });
  early.catch(() => {});
  const line = await Promise.race([listening, early]);
  listening.catch(() => {});
  return { child, url: line.replace('listening on ', '').trim(), out: () => out, ended };
}

/** A temporary directory that goes with the scope. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'hostling-cli-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
