import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuMsOfGroup } from './group-cpu.ts';
import { rootDir } from './paths.ts';

/** How long a process may take until it is ready, and until it has ended after being told to. */
const readyMs = 180_000;
const endMs = 10_000;

/** What children inherit: nothing that changes how fast they start. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_COMPILE_CACHE: _cache, NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...env } = process.env;
  return env;
}

/** A process that listens. */
export interface Server {
  readonly url: string;
  /** Takes it off the processor while others are measured. */
  pause(): void;
  resume(): void;
  /** Processor time it has used so far, with all of its processes; `undefined` where nobody knows. */
  cpuMs(): number | undefined;
  end(): Promise<void>;
}

/**
 * Starts a program that listens, in a process group of its own, and waits for the line that says so.
 * @param listening finds the address in what the program writes, or its port alone
 */
export async function startServer(args: readonly string[], listening: RegExp, nodeArgs: readonly string[] = []): Promise<Server> {
  const child = spawn(process.execPath, [...nodeArgs, ...args], { cwd: rootDir, env: environment(), detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  // A group of its own does not hear of it when this process is ended.
  const kill = (): void => signalGroup(child, 'SIGKILL');
  process.on('exit', kill);
  const end = async (): Promise<void> => {
    await endGroup(child);
    process.off('exit', kill);
  };
  try {
    const found = await waitForLine(child, listening);
    return {
      url: `http://127.0.0.1:${found}/`,
      pause: () => signalGroup(child, 'SIGSTOP'),
      resume: () => signalGroup(child, 'SIGCONT'),
      cpuMs: () => (child.pid === undefined ? undefined : cpuMsOfGroup(child.pid)),
      end,
    };
  } catch (failure) {
    await end();
    throw failure;
  }
}

function waitForLine(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const limit = setTimeout(() => reject(new Error(`the server was not ready in time: ${output}`)), readyMs);
    const look = (chunk: string): void => {
      if (output.length < 1e6) output += chunk;
      const port = pattern.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(limit);
      resolve(port);
    };
    child.stdout?.setEncoding('utf8').on('data', look);
    child.stderr?.setEncoding('utf8').on('data', look);
    child.once('exit', (code) => {
      clearTimeout(limit);
      reject(new Error(`the server ended with code ${code}: ${output}`));
    });
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}

/** What a program started on its own may outlive it: the whole group goes. */
async function endGroup(child: ChildProcess): Promise<void> {
  signalGroup(child, 'SIGCONT');
  signalGroup(child, 'SIGTERM');
  await endedOrAfter(child, endMs);
  signalGroup(child, 'SIGKILL');
  await endedOrAfter(child, endMs);
}

async function endedOrAfter(child: ChildProcess, limitMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await once(child, 'exit', { signal: AbortSignal.timeout(limitMs) }).catch(() => {});
}

/** A script of ours that measures when it is asked to. */
export interface Subject {
  ask<T>(question: unknown): Promise<T>;
  /** Lets it end by itself, and ends it if it does not. */
  end(): Promise<void>;
}

/** Starts a script that answers questions, see `children/answer.ts`. */
export async function startSubject(script: string, args: readonly string[], nodeArgs: readonly string[] = []): Promise<Subject> {
  const child = fork(script, args, { cwd: rootDir, env: environment(), execArgv: [...nodeArgs], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const end = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await endedOrAfter(child, endMs);
    child.kill('SIGKILL');
    await endedOrAfter(child, endMs);
  };
  const ask = async <T>(question: unknown): Promise<T> => {
    const answered = new AbortController();
    try {
      child.send(question as object);
      const first = await Promise.race([once(child, 'message', answered), ended(child, answered.signal)]);
      const [answer] = first as [{ value: T } | { failure: string }];
      if ('failure' in answer) throw new Error(answer.failure);
      return answer.value;
    } finally {
      answered.abort();
    }
  };
  try {
    await ask('ready');
    return { ask, end };
  } catch (failure) {
    await end();
    throw failure;
  }
}

/** Rejects when a process ends that should not. */
async function ended(child: ChildProcess, signal: AbortSignal): Promise<never> {
  const [code] = child.exitCode === null ? await once(child, 'exit', { signal }) : [child.exitCode];
  throw new Error(`${child.spawnargs[1]} ended with code ${code}`);
}

/** How a process ended that was run for what it prints. */
export interface Run {
  readonly stdout: string;
  /** From the request to start it to its end. */
  readonly wallMs: number;
}

/** Runs a script to its end. */
export async function runScript(script: string, args: readonly string[], nodeArgs: readonly string[] = []): Promise<Run> {
  const started = performance.now();
  const child = spawn(process.execPath, [...nodeArgs, script, ...args], { cwd: rootDir, env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    const [code] = await once(child, 'close', { signal: AbortSignal.timeout(readyMs) });
    if (code !== 0) throw new Error(`${script} ended with code ${code}: ${stdout}`);
    return { stdout, wallMs: performance.now() - started };
  } finally {
    child.kill('SIGKILL');
  }
}
