import type { FieldList } from 'hostling/browser';
import { CodedError } from './failure.ts';
import type { Call, CallEvent, CommandCall, HttpCall } from './protocol.ts';

/** How a sample came up on the Node host beside this page. */
export interface NodeSample {
  readonly name: string;
  readonly loadMs: number;
  /** Absent for commands, which start with each run. */
  readonly start?: { readonly cached: boolean; readonly prepareMs: number; readonly startMs: number };
}

/** What `/node.json` answers. */
export interface NodeHost {
  readonly version: string;
  readonly samples: readonly NodeSample[];
}

/** The Node host beside this page, or undefined where the page is served without one. */
export async function findNode(): Promise<NodeHost | undefined> {
  const response = await fetch('node.json');
  return response.ok ? ((await response.json()) as NodeHost) : undefined;
}

/** Asks the same of a sample on the Node host. */
export function callNode(name: string, call: Call, signal: AbortSignal, onEvent: (event: CallEvent) => void): Promise<void> {
  return call.kind === 'http' ? callHttp(name, call, signal, onEvent) : callCommand(name, call, signal, onEvent);
}

async function callHttp(name: string, { method, path, headers, body }: HttpCall, signal: AbortSignal, onEvent: (event: CallEvent) => void): Promise<void> {
  const response = await fetch(`node/${name}${path}`, { method, headers, signal, cache: 'no-store', ...(body === '' ? {} : { body }) });
  const failure = response.headers.get('hostling-failure');
  onEvent({ type: 'head', status: response.status, headers: [...response.headers].filter(([field]) => field !== 'hostling-failure') as FieldList });
  if (failure !== null) {
    await response.arrayBuffer();
    onEvent({ type: 'failed', failure: JSON.parse(decodeURIComponent(failure)) as { code: string; message: string } });
    return;
  }
  for await (const bytes of read(response)) onEvent({ type: 'chunk', from: 'body', bytes });
  onEvent({ type: 'end' });
}

/** A command's events come as JSON, one a line; bytes are in base64. */
async function callCommand(name: string, { args, stdin }: CommandCall, signal: AbortSignal, onEvent: (event: CallEvent) => void): Promise<void> {
  const query = new URLSearchParams(args.map((arg) => ['arg', arg]));
  const response = await fetch(`run/${name}?${query}`, { method: 'POST', body: stdin, signal, cache: 'no-store' });
  if (!response.ok) throw new CodedError({ code: 'workload-not-found', message: `the server answered ${response.status}` });
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of read(response)) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onEvent(eventOf(line));
  }
}

type WireEvent = Exclude<CallEvent, { type: 'chunk' }> | { type: 'chunk'; from: 'stdout' | 'stderr'; base64: string };

function eventOf(line: string): CallEvent {
  const event = JSON.parse(line) as WireEvent;
  return event.type === 'chunk' ? { type: 'chunk', from: event.from, bytes: Uint8Array.from(atob(event.base64), (char) => char.charCodeAt(0)) } : event;
}

async function* read({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  for (;;) {
    const chunk = await reader?.read();
    if (chunk?.value === undefined) return;
    yield chunk.value;
  }
}
