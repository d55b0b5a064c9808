/** What was measured of one side. */
export interface Measure {
  readonly label: string;
  readonly value: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Processor time for each call. */
  readonly cpuMs?: number;
}

/** The other side, measured in the same run. */
export interface Peer extends Measure {
  /** How many times better hostling is, for each pair of measurements. */
  readonly ratios: readonly number[];
  /** Their median. */
  readonly ratio: number;
}

/** Whether a requirement is met. */
export interface Goal {
  readonly text: string;
  readonly met: boolean;
}

/** What a value is counted in. */
export type Unit = 'calls/s' | 'requests/s' | 'µs' | 'ms' | 'GB/s' | 'B/call' | '% of a core' | 'KB';

/** One line of the results. */
export interface Figure extends Measure {
  readonly unit: Unit;
  readonly peer?: Peer;
  /** Absent where the figure is there to compare with. */
  readonly goal?: Goal;
  readonly note?: string;
}

/** How thoroughly to measure. */
export interface Effort {
  /** Pairs of measurements, one of each side. */
  readonly pairs: number;
  /** One measurement of calls within a process. */
  readonly callMs: number;
  /** One measurement over a socket. */
  readonly loadSeconds: number;
  /** Measurements of a process's start, for each side. */
  readonly starts: number;
  /** Rounds of calls for the growth of the heap, with a look at it after each. */
  readonly heapRounds: number;
  readonly heapCalls: number;
  readonly idleMs: number;
}

/** The full effort, and the one that only shows that everything works. */
export const efforts: Readonly<Record<'full' | 'quick', Effort>> = {
  full: { pairs: 7, callMs: 1000, loadSeconds: 3, starts: 9, heapRounds: 20, heapCalls: 5000, idleMs: 10_000 },
  quick: { pairs: 3, callMs: 200, loadSeconds: 1, starts: 7, heapRounds: 10, heapCalls: 300, idleMs: 2000 },
};

/** How a part runs hostling for a profile. */
export interface ProfileRequest {
  /** Where the profile is to be written. */
  readonly folder: string;
  readonly seconds: number;
}

/** What of a row is measured by itself: one component, one kind of call, in one environment. */
export interface Part {
  readonly name: string;
  readonly measure: (effort: Effort) => Promise<Figure[]>;
  /** Puts hostling's side under load until it is over; the process has then ended. */
  readonly profile?: (request: ProfileRequest) => Promise<void>;
}

/** One comparison: a file in `rows/`. */
export interface Row {
  readonly name: string;
  readonly about: string;
  /** In the order in which they are measured; the first is the one that is profiled when none is named. */
  readonly parts: () => readonly Part[];
}
