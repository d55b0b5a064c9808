/**
 * The main module of a dynamic Worker that runs one workload: a host of its own, with the component beside it as a module. The Worker is the
 * workload's isolate, so what this module keeps is the workload's.
 */
import { WorkerEntrypoint } from 'cloudflare:workers';
import { createHostOn, type Host } from '../../core/host.ts';
import { HostlingError } from '../../core/errors.ts';
import { requestFromWeb, responseToWeb } from '../../core/http/web.ts';
import type { IsolateUnit } from '../../core/ports/isolate.ts';
import type { Log } from '../../core/ports/log.ts';
import type { WorkloadOptions } from '../../core/workload/options.ts';
import component from './component/index.js';
import { createMemoryDirectory } from './files.ts';
import { consoleLog } from './log.ts';
import { createWorkersPlatform } from './platform.ts';
import { failureHeader, type RunOutcome } from './isolate-protocol.ts';

/** What the loader puts into the Worker's environment. */
interface IsolateEnv {
  readonly UNIT: Omit<IsolateUnit, 'artifact'>;
}

/** Failures are told to the owner, which logs them; the rest is the guest's output. */
const log: Log = { write: (level, message, fields) => void (level === 'error' || consoleLog.write(level, message, fields)) };

let host: Host | undefined;
const theHost = (): Host => (host ??= createHostOn(createWorkersPlatform({ log }), createMemoryDirectory));

function optionsOf({ directories, ...unit }: IsolateEnv['UNIT']): WorkloadOptions {
  return { ...unit, component, directories: Object.fromEntries(directories.map((path) => [path, 'memory' as const])) };
}

export default class Isolate extends WorkerEntrypoint<IsolateEnv> {
  /** Answers a request; a failure is told in a header that no guest can set. */
  override async fetch(request: Request): Promise<Response> {
    const unit = this.env.UNIT;
    const workload = theHost().workloads.get(unit.name) ?? (await theHost().start(optionsOf(unit)));
    const answer = await workload.handle(requestFromWeb(request), request.signal);
    const response = responseToWeb(answer);
    if (answer.failure === undefined) response.headers.delete(failureHeader);
    else response.headers.set(failureHeader, encodeURIComponent(JSON.stringify(answer.failure)));
    return response;
  }

  /** Runs the command to its end. */
  async run(): Promise<RunOutcome> {
    try {
      return { exitCode: await theHost().run(optionsOf(this.env.UNIT)) };
    } catch (failure) {
      if (!(failure instanceof HostlingError)) throw failure;
      return { failure: { code: failure.code, message: failure.message } };
    }
  }
}
