import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runScript } from './child.ts';
import type { Sample } from './pairs.ts';
import { childScript } from './paths.ts';

/** Connections that send one request after the other, where throughput is measured. */
export const manyConnections = 16;

/** Puts a server under load for some seconds. Never compare what two different generators measured. */
export interface LoadGenerator {
  readonly name: string;
  run(url: string, seconds: number, connections: number): Promise<Sample>;
}

const execute = promisify(execFile);

/** `wrk` where it is installed, else a loop of ours. */
export async function findLoadGenerator(): Promise<LoadGenerator> {
  // wrk has no option for its version that ends with success.
  const installed = await execute('wrk', ['-v']).catch((failure: { code?: unknown; stdout?: string }) => failure);
  return 'code' in installed && installed.code === 'ENOENT' ? nodeLoop : wrk;
}

const wrk: LoadGenerator = {
  name: 'wrk',
  async run(url, seconds, connections) {
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '60s', '--latency', url];
    const { stdout } = await execute('wrk', args, { timeout: (seconds + 90) * 1000 });
    const refused = /Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? /Socket errors: connect [1-9].*/.exec(stdout)?.[0];
    if (refused !== undefined) throw new Error(`${url} did not answer as it should: ${stdout}`);
    const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
    // Not one answer in that time: that it was one is the best that can be said.
    if (rate === 0) return { rate: 1 / seconds, p50Ms: seconds * 1000, p99Ms: seconds * 1000 };
    return { rate, p50Ms: latency(stdout, 50), p99Ms: latency(stdout, 99) };
  },
};

function latency(output: string, percent: number): number {
  const [, number, unit] = new RegExp(`\\s${percent}%\\s+([\\d.]+)(us|ms|s|m)\\b`).exec(output) ?? [];
  return Number(number) * ({ us: 0.001, ms: 1, s: 1000, m: 60_000 }[unit ?? ''] ?? Number.NaN);
}

const nodeLoop: LoadGenerator = {
  name: 'socket loop',
  async run(url, seconds, connections) {
    const { stdout } = await runScript(childScript('load-loop'), [url, String(seconds), String(connections)]);
    return JSON.parse(stdout) as Sample;
  },
};
