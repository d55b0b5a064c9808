import type { Call, CallEvent } from './protocol.ts';

/** How a component came up, in milliseconds. */
export interface StartTimes {
  readonly loadMs: number;
  readonly cached: boolean;
  readonly prepareMs: number;
  /** Absent for commands: each run makes its own instance. */
  readonly startMs?: number;
}

/** How a call went, in milliseconds from when it was handed to the component. */
export interface CallTimes {
  /** Until the head of the answer, or a command's first output. */
  readonly firstMs?: number;
  readonly totalMs?: number;
  /** When each piece came. */
  readonly chunks: readonly number[];
}

/** Takes the times of one call as its events come to this page. */
export interface Recording {
  note(event: CallEvent): void;
  /** The start that this call had to wait for; undefined when the component was running. */
  start(loadMs: number): StartTimes | undefined;
  times(): CallTimes;
}

/** Begins to take times, now. */
export function createRecording(kind: Call['kind'], now: () => number = () => performance.now()): Recording {
  const began = now();
  const chunks: number[] = [];
  let cached = false;
  let starting: number | undefined;
  let running: number | undefined;
  let first: number | undefined;
  let end: number | undefined;
  // A command is begun as soon as it is linked.
  const base = (): number => (kind === 'http' ? running : starting) ?? began;

  return {
    note(event) {
      const at = now();
      if (event.type === 'step') {
        if (event.step === 'cached') cached = true;
        else if (event.step === 'starting') starting = at;
        else if (event.step === 'running') running = at;
      } else if (event.type === 'head') first = at;
      else if (event.type === 'chunk') {
        first ??= at;
        chunks.push(at);
      } else if (event.type === 'end' || event.type === 'failed') end = at;
    },
    start(loadMs) {
      if (starting === undefined) return undefined;
      return { loadMs, cached, prepareMs: starting - began, ...(running === undefined ? {} : { startMs: running - starting }) };
    },
    times: () => ({
      chunks: chunks.map((at) => at - base()),
      ...(first === undefined ? {} : { firstMs: first - base() }),
      ...(end === undefined ? {} : { totalMs: end - base() }),
    }),
  };
}
