import type { ComponentInterface } from '../engine/interface.ts';
import { parseInterfaceName } from '../engine/interface.ts';
import { HostlingError, messageOf } from '../errors.ts';
import { type HandlerP2, handleP2 } from '../http/ingress-p2.ts';
import { type HandlerP3, handleP3 } from '../http/ingress-p3.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { CallSignal } from '../ports/call-signal.ts';
import type { Clock } from '../ports/clock.ts';
import type { Runner } from '../ports/isolate.ts';
import type { Log } from '../ports/log.ts';
import { GuestExit } from '../wasi/scope.ts';
import type { Instances, Lease } from './instances.ts';

/** What a component can be asked for: the full name of each export the host calls. */
export interface Entrypoints {
  /** `wasi:http/handler` 0.3 or `wasi:http/incoming-handler` 0.2. */
  readonly http?: { readonly name: string; readonly preview: 2 | 3 };
  /** `wasi:cli/run` */
  readonly run?: { readonly name: string };
}

/** Finds what the host can call. Where a component exports both previews of one thing, the newer counts. */
export function entrypointsOf(description: ComponentInterface): Entrypoints {
  const find = (id: string, minor: number, func: string): string | undefined =>
    description.exports.find((item) => {
      const name = parseInterfaceName(item.name);
      const isNamed = name.id === id && name.version?.[0] === 0 && name.version[1] === minor && name.preRelease === undefined;
      return isNamed && item.kind === 'instance' && item.functions?.some((one) => one.name === func) !== false;
    })?.name;
  const handler = find('wasi:http/handler', 3, 'handle');
  const incoming = find('wasi:http/incoming-handler', 2, 'handle');
  const run = find('wasi:cli/run', 3, 'run') ?? find('wasi:cli/run', 2, 'run');
  return {
    ...(handler !== undefined ? { http: { name: handler, preview: 3 } } : incoming !== undefined ? { http: { name: incoming, preview: 2 } } : {}),
    ...(run === undefined ? {} : { run: { name: run } }),
  };
}

/** How long output that was begun may take after a command has returned. */
const lingerMs = 1000;

/** What a runner is made of. */
export interface RunnerOptions {
  readonly name: string;
  readonly entrypoints: Entrypoints;
  readonly instances: Instances;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeoutMs: number;
}

/** Runs a component's calls in this realm, each with an instance of its own. */
export function createRunner({ name, entrypoints, instances, clock, log, timeoutMs }: RunnerOptions): Runner {
  const calls = new Set<Lease>();
  /** Told when no call is under way any more. */
  let onDrained: (() => void) | undefined;
  const timeoutNs = BigInt(Math.ceil(timeoutMs)) * 1_000_000n;

  /** A call is over; the next instance is made while nobody waits. */
  const finish = (lease: Lease, signal: CallSignal): void => {
    calls.delete(lease);
    const over = signal.aborted ? lease.end('the caller went away') : lease.finish();
    for (const failure of lease.scope.takeFailures()) log.write('warn', `letting go of what a guest held failed: ${messageOf(failure)}`, { workload: name });
    if (over instanceof Promise) void over.then(instances.prepareAhead);
    else instances.prepareAhead();
    if (calls.size === 0) onDrained?.();
  };

  const serve = (
    http: NonNullable<Entrypoints['http']>,
    lease: Lease,
    request: HttpRequest,
    signal: CallSignal,
    onLateFailure: (failure: unknown) => void,
  ): Promise<HttpResponse> => {
    calls.add(lease);
    const callOff = clock.after(timeoutNs, () => {
      lease.end(new HostlingError('guest-timeout', `workload ${name} did not answer within ${timeoutMs} ms`));
    });
    const options = { scope: lease.scope, onFault: lease.onFault, signal, onLateFailure, onAnswered: callOff, onFinished: () => finish(lease, signal) };
    const exported = lease.exports[http.name];
    return (http.preview === 3 ? handleP3(exported as HandlerP3, request, options) : handleP2(exported as HandlerP2, request, options)).response;
  };

  return {
    handle(request, signal, onLateFailure) {
      const { http } = entrypoints;
      if (http === undefined) throw noHandler(name);
      const lease = instances.take(signal);
      if (!(lease instanceof Promise)) return serve(http, lease, request, signal, onLateFailure);
      return lease.then((taken) => serve(http, taken, request, signal, onLateFailure));
    },

    async run(signal) {
      const { run } = entrypoints;
      if (run === undefined) throw noCommand(name);
      const lease = await instances.take(signal);
      calls.add(lease);
      const { promise: brokenOff, reject } = Promise.withResolvers<never>();
      brokenOff.catch(() => {}); // its only listener comes after the guest has begun
      const abort = (): void => reject(new HostlingError('cancelled', `the run of ${name} was cancelled`, { cause: signal.reason }));
      signal.addEventListener('abort', abort, { once: true });
      const release = lease.scope.hold(reject);
      const unlisten = lease.onFault(reject);
      try {
        if (signal.aborted) throw new HostlingError('cancelled', `the run of ${name} was cancelled`, { cause: signal.reason });
        const exported = lease.exports[run.name] as { run(): Promise<void> };
        await Promise.race([brokenOff, exported.run()]);
        // What it wrote last may still be on its way. A guest that leaves its stream open says nothing more after its end.
        await orAfter(Promise.all(lease.scope.lingering), lingerMs);
        return 0;
      } catch (failure) {
        if (failure instanceof GuestExit) return failure.exitCode;
        // The err side of run's result is the only thing that carries a payload.
        if (typeof failure === 'object' && failure !== null && Object.hasOwn(failure, 'payload')) return 1;
        if (failure instanceof HostlingError) throw failure;
        throw new HostlingError('guest-trap', `the guest trapped: ${messageOf(failure)}`, { cause: failure });
      } finally {
        release();
        unlisten();
        signal.removeEventListener('abort', abort);
        finish(lease, signal);
      }
    },

    async stop(graceMs) {
      instances.close();
      if (calls.size > 0 && graceMs > 0) {
        const { promise: drained, resolve } = Promise.withResolvers<void>();
        onDrained = resolve;
        await orAfter(drained, graceMs);
      }
      for (const lease of [...calls]) lease.end(new HostlingError('workload-stopped', `workload ${name} was stopped`));
    },
  };

  async function orAfter(done: Promise<unknown>, delayMs: number): Promise<void> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const callOff = clock.after(BigInt(Math.ceil(delayMs)) * 1_000_000n, resolve);
    await Promise.race([done, over]);
    callOff();
  }
}

/** Runs what has no components. */
export function createIdleRunner(name: string): Runner {
  return { handle: async () => Promise.reject(noHandler(name)), run: async () => Promise.reject(noCommand(name)), stop: async () => {} };
}

function noHandler(name: string): HostlingError {
  return new HostlingError(
    'export-missing',
    `workload ${name} exports neither wasi:http/handler@0.3 nor wasi:http/incoming-handler@0.2, it cannot answer requests`,
  );
}
function noCommand(name: string): HostlingError {
  return new HostlingError('export-missing', `workload ${name} does not export wasi:cli/run, it cannot be run as a command`);
}

/** Whether a failure came from the guest rather than from the caller or the host's limits. */
export function isGuestFailure(failure: unknown): boolean {
  return !(failure instanceof HostlingError) || ['guest-trap', 'guest-timeout', 'instantiate-failed', 'internal'].includes(failure.code);
}
