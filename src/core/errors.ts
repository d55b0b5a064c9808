/**
 * The closed set of codes a {@link HostlingError} carries. Programs switch on the code; people read the message.
 *
 * - `not-wasm`: the bytes do not begin as WebAssembly does
 * - `core-module`: a core module was given where a component is needed
 * - `invalid-component`: truncated or malformed component
 * - `import-unserved`: the component imports something this host does not serve
 * - `export-missing`: the component lacks the export the call needs
 * - `runtime-unsupported`: this JavaScript runtime lacks something required (JSPI, loading code at run time, …)
 * - `prepare-failed`: the engine could not turn the component into something it can run
 * - `instantiate-failed`: the component could not be linked or its start code failed
 * - `guest-trap`: the guest trapped; its instance is gone
 * - `guest-timeout`: the guest did not answer within its limit
 * - `cancelled`: the caller gave up
 * - `overloaded`: the host's limit of live instances and waiting calls is reached
 * - `workload-exists` / `workload-not-found` / `workload-stopped`: the workload's name or state does not allow the call
 * - `host-stopped`: the host was stopped
 * - `option-invalid`: an option contradicts another or is out of range
 * - `manifest-invalid`: a workload's manifest breaks rules, or needs a cluster where there is none; every problem is a line of its own
 * - `source-unreachable`: the component's file or address could not be read
 * - `directory-unreadable`: a directory to be granted cannot be opened
 * - `address-in-use` / `address-unavailable`: the server cannot listen there
 * - `internal`: a defect of hostling
 */
export type ErrorCode =
  | 'not-wasm'
  | 'core-module'
  | 'invalid-component'
  | 'import-unserved'
  | 'export-missing'
  | 'runtime-unsupported'
  | 'prepare-failed'
  | 'instantiate-failed'
  | 'guest-trap'
  | 'guest-timeout'
  | 'cancelled'
  | 'overloaded'
  | 'workload-exists'
  | 'workload-not-found'
  | 'workload-stopped'
  | 'host-stopped'
  | 'option-invalid'
  | 'manifest-invalid'
  | 'source-unreachable'
  | 'directory-unreadable'
  | 'address-in-use'
  | 'address-unavailable'
  | 'internal';

/** Every failure hostling reports to the program that embeds it: one sentence, a stable code, the cause kept. */
export class HostlingError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'HostlingError';
    this.code = code;
  }
}

/** The text of anything that was thrown: an error's message, else its string form. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || thrown.name;
  if (typeof thrown === 'object' && thrown !== null && 'payload' in thrown) return describePayload(thrown.payload);
  return typeof thrown === 'object' && thrown !== null ? describePayload(thrown) : String(thrown);
}

function describePayload(payload: unknown): string {
  if (typeof payload === 'string') return payload;
  if (typeof payload === 'object' && payload !== null && 'tag' in payload) {
    const value = 'val' in payload && payload.val !== undefined ? `(${String(payload.val)})` : '';
    return `${String(payload.tag)}${value}`;
  }
  return JSON.stringify(payload) ?? String(payload);
}

/** Turns anything thrown into a {@link HostlingError}, keeping one that already is. */
export function asHostlingError(thrown: unknown, code: ErrorCode, context: string): HostlingError {
  if (thrown instanceof HostlingError) return thrown;
  return new HostlingError(code, `${context}: ${messageOf(thrown)}`, { cause: thrown });
}
