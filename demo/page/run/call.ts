import type { ByteSink, ByteSource, Host, HttpRequest, Progress, Workload, WorkloadOptions } from 'hostling/browser';
import type { CallEvent, ChunkOrigin, CommandCall, HttpCall } from './protocol.ts';

/** How many bytes are asked of an answer at a time. */
const chunkSize = 65_536;

type OnEvent = (event: CallEvent) => void;

/** Sends a request with the host's own messages: a page's `Request` would keep some headers to itself, and knows no trailers. */
export async function callHttp(workload: Workload, call: HttpCall, signal: AbortSignal, onEvent: OnEvent): Promise<void> {
  const { status, headers, body, trailers, failure } = await workload.handle(requestOf(call, `${workload.name}.localhost`), signal);
  onEvent({ type: 'head', status, headers });
  if (failure !== undefined) {
    body?.cancel();
    onEvent({ type: 'failed', failure: { code: failure.code, message: failure.message } });
    return;
  }
  for (let chunk = await body?.read(chunkSize); chunk !== undefined; chunk = await body?.read(chunkSize)) {
    // The guest's memory may be behind it.
    onEvent({ type: 'chunk', from: 'body', bytes: chunk.slice() });
  }
  const fields = await trailers;
  if (fields !== undefined && fields.length > 0) onEvent({ type: 'trailers', fields });
  onEvent({ type: 'end' });
}

function requestOf({ method, path, headers, body }: HttpCall, authority: string): HttpRequest {
  const request = { method, scheme: 'http', authority, path, headers };
  if (body === '') return request;
  const bytes = new TextEncoder().encode(body);
  return { ...request, headers: [...headers, ['content-length', String(bytes.length)]], body: sourceOf(bytes) };
}

/** Runs a command to its end; what it writes comes as it is written. */
export async function callCommand(
  host: Host,
  options: WorkloadOptions,
  call: CommandCall,
  signal: AbortSignal,
  onEvent: OnEvent,
  progress: Progress,
): Promise<void> {
  const stdio = { stdin: sourceOf(new TextEncoder().encode(call.stdin)), stdout: sinkTo('stdout', onEvent), stderr: sinkTo('stderr', onEvent) };
  const args = [options.name ?? 'component', ...call.args];
  const exitCode = await host.run({ ...options, args, stdio, signal }, progress);
  onEvent({ type: 'end', exitCode });
}

function sinkTo(from: ChunkOrigin, onEvent: OnEvent): ByteSink {
  return { write: (chunk) => onEvent({ type: 'chunk', from, bytes: chunk.slice() }) };
}

/** Bytes that are there already. */
function sourceOf(bytes: Uint8Array): ByteSource {
  let at = 0;
  return {
    read(max) {
      if (at >= bytes.length) return undefined;
      const chunk = bytes.slice(at, at + max);
      at += chunk.length;
      return chunk;
    },
    cancel: () => void (at = bytes.length),
  };
}
