import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Result } from './execute.ts';
import type { SuiteFile } from './files.ts';

/** How files are run. */
export interface PoolOptions {
  readonly engine: string;
  readonly timeoutMs: number;
  /** How many at a time. */
  readonly jobs: number;
}

/** What a worker says: a command's result, or that the file is done. */
export type Message = { readonly result: Result } | { readonly done: true };

/** How a file ended in its worker: `why` is there when the worker is of no more use. */
interface Ending {
  readonly results: readonly Result[];
  readonly why?: string;
}

const program = fileURLToPath(new URL('worker.ts', import.meta.url));
const heapMb = 1024;

/** Runs the files in processes that are replaced when they end early: a guest that spins or an engine that eats the memory costs one file. */
export async function runFiles(files: readonly SuiteFile[], options: PoolOptions): Promise<Result[][]> {
  const results: Result[][] = files.map(() => []);
  const queue = files.entries();
  const lane = async (): Promise<void> => {
    let worker: WorkerProcess | undefined;
    for (const [index, file] of queue) {
      worker ??= new WorkerProcess(options);
      const ending = await worker.run(file.path);
      if (ending.why !== undefined) worker = undefined;
      results[index] = [...ending.results, ...notRun(file, ending)];
    }
    worker?.end();
  };
  await Promise.all(Array.from({ length: options.jobs }, lane));
  return results;
}

/** What a file had left to do when its worker ended failed. */
function notRun({ script }: SuiteFile, { results, why = 'the worker left it out' }: Ending): Result[] {
  const rest = script.commands.slice(results.length);
  return rest.map(({ line, deed }) => ({ line, kind: deed.kind, status: 'failed', why, gates: 'component' in deed ? deed.component.gates : [] }));
}

class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #patienceMs: number;
  #complaint = '';

  constructor({ engine, timeoutMs }: PoolOptions) {
    this.#patienceMs = 2 * timeoutMs + 5_000;
    this.#child = fork(program, [engine, String(timeoutMs)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [`--max-old-space-size=${heapMb}`] });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-20_000);
    });
  }

  /** Says how it went when the file is done, the process has ended, or nothing was heard of it for twice a call's time. */
  run(path: string): Promise<Ending> {
    const child = this.#child;
    const results: Result[] = [];
    return new Promise((resolve) => {
      const finish = (why?: string): void => {
        clearTimeout(watchdog);
        child.off('message', hear);
        child.off('close', close);
        resolve(why === undefined ? { results } : { results, why });
      };
      const giveUp = (): void => {
        child.kill('SIGKILL');
        finish(`nothing was heard for ${this.#patienceMs} ms`);
      };
      const hear = (message: Message): void => {
        if ('done' in message) return finish();
        results.push(message.result);
        clearTimeout(watchdog);
        watchdog = setTimeout(giveUp, this.#patienceMs);
      };
      const close = (code: number | null, signal: string | null): void => {
        finish(`the process ended (${signal ?? code}): ${/^.*(?:Error|FATAL).*$/m.exec(this.#complaint)?.[0] ?? ''}`);
      };
      let watchdog = setTimeout(giveUp, this.#patienceMs);
      child.on('message', hear);
      child.on('close', close);
      child.send(path);
    });
  }

  end(): void {
    this.#child.disconnect();
  }
}
