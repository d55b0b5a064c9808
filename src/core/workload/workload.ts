import { HostlingError, messageOf } from '../errors.ts';
import type { CallSignal } from '../ports/call-signal.ts';
import type { Clock } from '../ports/clock.ts';
import { failureResponse } from '../http/failure.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import { requestFromWeb, responseToWeb } from '../http/web.ts';
import type { Runner } from '../ports/isolate.ts';
import type { Log } from '../ports/log.ts';
import { isGuestFailure } from './runner.ts';
import { type ServiceStatus, startService } from './service.ts';

/** Where a workload is in its life. `completed`: its service has ended by itself; `failed`: it has failed as often as it may. Its components go on then. */
export type WorkloadState = 'running' | 'completed' | 'failed' | 'stopping' | 'stopped';

/** What is known of a workload. */
export interface WorkloadStatus {
  readonly name: string;
  readonly state: WorkloadState;
  /** SHA-256 of the component, in hex. */
  readonly digest: string;
  readonly hosts: readonly string[];
  /** Calls answered or failed, and those under way. */
  readonly calls: number;
  readonly inFlight: number;
  /** Calls that ended in a trap, a timeout or an instance that could not be made. */
  readonly failures: number;
  /** What the last of them said. */
  readonly lastFailure?: string;
  /** Its service, if it has one. */
  readonly service?: ServiceStatus;
}

/** A running component. */
export interface Workload {
  readonly name: string;
  status(): WorkloadStatus;
  /** Answers a web request, whatever its `Host`; a failure is an answer with status 4xx or 5xx. */
  fetch(input: Request | string | URL, init?: RequestInit): Promise<Response>;
  /** The same with the host's own messages. */
  handle(request: HttpRequest, signal: CallSignal): Promise<HttpResponse>;
  /** Takes no more calls, lets those under way finish for `graceMs` (default 5000), then ends them. Resolves when nothing runs any more. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

/** What a workload is made of. */
export interface WorkloadParts {
  readonly name: string;
  readonly digest: string;
  readonly hosts: readonly string[];
  readonly runner: Runner;
  /** Runs the service. */
  readonly service?: { readonly runner: Runner; readonly maxRestarts: number } | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once when the workload has stopped. */
  readonly onStopped: () => void;
}

/** The handle of a running component: counts its calls and turns failures into answers and log lines. */
export function createWorkload({ name, digest, hosts, runner, service: serviceParts, clock, log, onStopped }: WorkloadParts): Workload {
  let state: 'running' | 'stopping' | 'stopped' = 'running';
  let calls = 0;
  let inFlight = 0;
  let failures = 0;
  let lastFailure: string | undefined;
  let stopped: Promise<void> | undefined;
  const service = serviceParts && startService({ name, ...serviceParts, clock, log });

  const note = (failure: unknown): void => {
    if (!isGuestFailure(failure)) return;
    failures++;
    lastFailure = messageOf(failure);
    log.write('error', lastFailure, { workload: name });
  };

  const handle = async (request: HttpRequest, signal: CallSignal): Promise<HttpResponse> => {
    if (state !== 'running') return failureResponse(new HostlingError('workload-stopped', `workload ${name} was stopped`));
    inFlight++;
    try {
      return await runner.handle(request, signal, note);
    } catch (failure) {
      note(failure);
      return failureResponse(failure);
    } finally {
      inFlight--;
      calls++;
    }
  };

  const stop = async (graceMs: number): Promise<void> => {
    state = 'stopping';
    if (serviceParts?.runner === runner) {
      // Requests and the service's own run are of one instance: it ends with the last request.
      await runner.stop(inFlight === 0 ? 0 : graceMs);
      service?.stop();
    } else {
      service?.stop();
      await Promise.all([runner.stop(graceMs), serviceParts?.runner.stop(0)]);
    }
    state = 'stopped';
    onStopped();
  };

  return Object.freeze({
    name,
    status() {
      const about = service?.status();
      const ended = state === 'running' && (about?.state === 'completed' || about?.state === 'failed') ? about.state : state;
      const counts = { calls, inFlight, failures, ...(lastFailure === undefined ? {} : { lastFailure }) };
      return { name, state: ended, digest, hosts, ...counts, ...(about !== undefined && { service: about }) };
    },
    async fetch(input: Request | string | URL, init?: RequestInit) {
      const request = toRequest(input, name, init);
      return responseToWeb(await handle(requestFromWeb(request), request.signal));
    },
    handle,
    stop: (options: { graceMs?: number } = {}) => (stopped ??= stop(options.graceMs ?? 5000)),
  });
}

/** A path alone is asked of the workload's own name. */
function toRequest(input: Request | string | URL, name: string, init?: RequestInit): Request {
  if (typeof input !== 'string' || URL.canParse(input)) return new Request(input, init);
  return new Request(new URL(input, `http://${name}`), init);
}
