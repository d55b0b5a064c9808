import type { ComponentInterface, Entrypoints, FieldList, ImportReport, LogLevel } from 'hostling/browser';

/** Where a component comes from: an address of this server, or a file that somebody chose. */
export type ComponentSource = { readonly url: string } | { readonly file: Blob };

/** What is known of a component once it was looked at. Plain data, so that a worker can post it. */
export interface ComponentInfo {
  readonly bytes: number;
  readonly digest: string;
  readonly interface: ComponentInterface;
  readonly imports: readonly ImportReport[];
  readonly entrypoints: Entrypoints;
  /** How long its bytes took to come. */
  readonly loadMs: number;
}

/** A request for a component that answers HTTP. */
export interface HttpCall {
  readonly kind: 'http';
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: FieldList;
  /** Empty: none. */
  readonly body: string;
}

/** A run of a command. */
export interface CommandCall {
  readonly kind: 'command';
  /** Without the program's name. */
  readonly args: readonly string[];
  readonly stdin: string;
}

/** What a component is asked. */
export type Call = HttpCall | CommandCall;

/** Which way a call has come before its answer. */
export type CallStep = 'cached' | 'preparing' | 'prepared' | 'starting' | 'running';

/** Where bytes of an answer come from. */
export type ChunkOrigin = 'body' | 'stdout' | 'stderr';

/** What happens in a call, in order. `end` or `failed` is the last; after a `head` with a failure both come. */
export type CallEvent =
  | { readonly type: 'step'; readonly step: CallStep }
  | { readonly type: 'head'; readonly status: number; readonly headers: FieldList }
  | { readonly type: 'chunk'; readonly from: ChunkOrigin; readonly bytes: Uint8Array }
  | { readonly type: 'trailers'; readonly fields: FieldList }
  | { readonly type: 'end'; readonly exitCode?: number }
  | { readonly type: 'failed'; readonly failure: Failure };

/** A failure in the words of the host: its stable code and one line. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** A line of a host's log. */
export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

/** A host somewhere: in this page, or in a worker. */
export interface Runner {
  /** Looks at a component. Rejects with an {@link Error} whose `code` is the host's. */
  open(key: string, source: ComponentSource, onLoaded: (bytes: number, of: number) => void): Promise<ComponentInfo>;
  /** Asks a component that was opened; starts it if it does not run. Resolves with the last event. */
  call(key: string, call: Call, signal: AbortSignal, onEvent: (event: CallEvent) => void): Promise<void>;
  /** Stops a component; the next call starts it again. */
  stop(key: string): Promise<void>;
}

/** What the page tells its worker. */
export type ToWorker =
  | { readonly op: 'open'; readonly id: number; readonly key: string; readonly source: ComponentSource }
  | { readonly op: 'call'; readonly id: number; readonly key: string; readonly call: Call }
  | { readonly op: 'abort'; readonly id: number }
  | { readonly op: 'stop'; readonly id: number; readonly key: string };

/** What the worker tells its page. An `id` ends with `done` or `failed`. */
export type FromWorker =
  | { readonly op: 'done'; readonly id: number; readonly info?: ComponentInfo }
  | { readonly op: 'failed'; readonly id: number; readonly failure: Failure }
  | { readonly op: 'loaded'; readonly id: number; readonly bytes: number; readonly of: number }
  | { readonly op: 'event'; readonly id: number; readonly event: CallEvent }
  | { readonly op: 'log'; readonly line: LogLine };
