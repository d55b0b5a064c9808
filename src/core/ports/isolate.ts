import type { Limits } from '../engine/limits.ts';
import type { Artifact } from '../engine/engine.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { CallSignal } from './call-signal.ts';

/** The part of a workload's options that can be posted elsewhere: plain data. */
export interface IsolateUnit {
  readonly name: string;
  readonly artifact: Artifact;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly allowedHosts: readonly string[];
  readonly poolSize: number;
  readonly maxInvocations: number;
  readonly maxConcurrency: number;
  readonly limits: Partial<Limits>;
  readonly timeoutMs: number;
  /** Guest paths of empty in-memory directories. */
  readonly directories: readonly string[];
}

/** A workload as its owner sees it, wherever it runs. */
export interface Runner {
  /**
   * Answers one request with a fresh instance. Aborting the signal, or cancelling the response's body, ends the guest's work.
   * @param onLateFailure is told when the answer fails after its head: otherwise only the reader of the body would know
   * @throws HostlingError `guest-trap`, `guest-timeout`, `cancelled`, `workload-stopped`
   */
  handle(request: HttpRequest, signal: CallSignal, onLateFailure: (failure: unknown) => void): Promise<HttpResponse>;
  /**
   * Runs the component's `wasi:cli/run` to its end.
   * @returns the exit code
   * @throws HostlingError `guest-trap`, `cancelled`
   */
  run(signal: CallSignal): Promise<number>;
  /** Takes no more calls, waits for those under way as long as the grace says, then ends them. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Where instances live when not in the host's own realm.
 * `spawn` resolves when the component is linked there; it rejects with the error that linking gave.
 */
export interface Isolates {
  spawn(unit: IsolateUnit): Promise<Runner>;
}
