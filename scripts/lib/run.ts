import { spawn } from 'node:child_process';
import { rootDir } from './root.ts';

/** How a program ended. */
export interface Outcome {
  readonly code: number;
  /** What it wrote to standard output and standard error, in order. */
  readonly output: string;
}

/** Settings of {@link run}. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end and keeps what it writes. */
export function run(program: string, args: readonly string[], { cwd = rootDir, env = process.env }: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: string): void => void (output += chunk);
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Runs a program that shares this one's standard streams; answers its exit code. */
export function runAttached(program: string, args: readonly string[], { cwd = rootDir, env = process.env }: RunOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Runs a program that must succeed; otherwise throws what it wrote. */
export async function runOrThrow(program: string, args: readonly string[], options?: RunOptions): Promise<string> {
  const { code, output } = await run(program, args, options);
  if (code !== 0) throw new Error(output.trim() || `${program} ${args.join(' ')} ended with code ${code}`);
  return output;
}
