import { HostlingError, messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Runner } from '../ports/isolate.ts';
import type { Log } from '../ports/log.ts';

/** How a service is: it runs, waits until it is started again, has ended by itself, or has failed as often as it may. */
export type ServiceState = 'running' | 'restarting' | 'completed' | 'failed';

/** What is known of a service. */
export interface ServiceStatus {
  readonly state: ServiceState;
  /** How often it was started again. */
  readonly restarts: number;
  /** Why it failed last. */
  readonly lastFailure?: string;
}

/** A long-running program of a workload. */
export interface Service {
  status(): ServiceStatus;
  /** Starts it no more; what runs of it ends with its runner. */
  stop(): void;
}

/** What a service is made of. */
export interface ServiceParts {
  /** The workload's. */
  readonly name: string;
  readonly runner: Runner;
  /** How often it is started again after it failed, unless it went well for a while in between. */
  readonly maxRestarts: number;
  readonly clock: Clock;
  readonly log: Log;
}

const firstDelayMs = 100;
const longestDelayMs = 30_000;
/** Who runs for so long is well: failures before that are forgotten. */
const healthyNs = 60_000_000_000n;

/** Runs a service, and starts it again when it fails: soon at first, then less and less often. */
export function startService({ name, runner, maxRestarts, clock, log }: ServiceParts): Service {
  const stopping = new AbortController();
  let state: ServiceState = 'running';
  let restarts = 0;
  let lastFailure: string | undefined;
  let failures = 0;
  let callOff = (): void => {};

  const run = async (): Promise<void> => {
    state = 'running';
    const begun = clock.monotonicNs();
    const outcome = await runOnce(runner, stopping.signal);
    if (stopping.signal.aborted) return;
    if (outcome.how === 'stopped') return;
    if (outcome.how === 'completed') {
      state = 'completed';
      log.write('info', 'the service has completed', { workload: name });
      return;
    }
    const failure = outcome.why;
    lastFailure = failure;
    failures = clock.monotonicNs() - begun >= healthyNs ? 1 : failures + 1;
    if (failures > maxRestarts) {
      state = 'failed';
      log.write('error', `the service failed for good: ${failure}`, { workload: name });
      return;
    }
    state = 'restarting';
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
    log.write('warn', `the service failed and is started again in ${delayMs} ms: ${failure}`, { workload: name });
    callOff = clock.after(BigInt(delayMs) * 1_000_000n, () => {
      restarts++;
      void run();
    });
  };
  void run();
  return {
    status: () => ({ state, restarts, ...(lastFailure !== undefined && { lastFailure }) }),
    stop() {
      callOff();
      stopping.abort(new HostlingError('workload-stopped', `workload ${name} was stopped`));
    },
  };
}

/** How a run ended. */
type Outcome = { readonly how: 'completed' } | { readonly how: 'stopped' } | { readonly how: 'failed'; readonly why: string };

/** Runs it once. */
async function runOnce(runner: Runner, signal: AbortSignal): Promise<Outcome> {
  try {
    const exitCode = await runner.run(signal);
    return exitCode === 0 ? { how: 'completed' } : { how: 'failed', why: `it ended with exit code ${exitCode}` };
  } catch (failure) {
    if (failure instanceof HostlingError && failure.code === 'workload-stopped') return { how: 'stopped' };
    return { how: 'failed', why: messageOf(failure) };
  }
}
