import { inspect } from 'node:util';
import { type ErrorCode, HostlingError, messageOf } from '../core/errors.ts';

/** What the process answers besides a guest's own exit code. 134 is what wasmtime, and a shell after an abort, say of a trap. */
export const exitCodes: Readonly<Record<'failure' | 'usage' | 'trap', number>> = Object.freeze({ failure: 1, usage: 2, trap: 134 });

/** A failure of the command line's own work, such as writing a file. Its message says what to do. */
export class CommandError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CommandError';
  }
}

/** The command line itself is wrong. The message never holds the value of an environment variable. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** What to do about a failure, for those whose message does not say it. */
const advice: Partial<Record<ErrorCode, string>> = {
  'not-wasm': 'give the path of a component, a .wasm file',
  'invalid-component': 'build or download it again',
  'import-unserved': '`hostling inspect` lists what it needs',
  'prepare-failed': 'check it with `wasm-tools validate`',
  'source-unreachable': 'check the path or address of the component',
  'directory-unreadable': 'check the path given with --dir',
  'address-in-use': 'choose another with --addr (port 0 takes a free one)',
  'address-unavailable': 'choose an address of this machine with --addr',
  internal: 'this is a defect of hostling, --verbose shows where',
};

/** Failures whose message speaks of the component without naming it. */
const ofComponent: ReadonlySet<ErrorCode> = new Set([
  'not-wasm',
  'core-module',
  'invalid-component',
  'import-unserved',
  'prepare-failed',
  'instantiate-failed',
]);

/** What the command line calls the options of a workload that a failure's message may name. */
const flags: ReadonlyMap<string, string> = new Map([
  ['memoryLimitMb', '--memory-limit'],
  ['poolSize', '--pool-size'],
  ['maxInvocations', '--max-invocations'],
  ['maxConcurrency', '--max-concurrency'],
]);

/** Failures whose message may name an option. */
const ofOptions: ReadonlySet<ErrorCode> = new Set(['option-invalid', 'instantiate-failed']);

/** A failure as one line: what happened, and what to do about it. */
export function describeFailure(failure: unknown, component?: string): string {
  // The problems of a manifest have a line each.
  const isList = failure instanceof HostlingError && failure.code === 'manifest-invalid';
  const message = isList ? messageOf(failure) : oneLine(messageOf(failure));
  if (failure instanceof UsageError || failure instanceof CommandError) return `hostling: ${message}`;
  const code = failure instanceof HostlingError ? failure.code : 'internal';
  const subject = component !== undefined && ofComponent.has(code) ? `${component}: ` : '';
  const next = advice[code];
  const said = ofOptions.has(code) ? message.replace(/\b[a-z]+[A-Z]\w+\b/g, (word) => flags.get(word) ?? word) : message;
  return `hostling: ${subject}${said}${next === undefined ? '' : `; ${next}`}`;
}

/** The exit code that a failure ends the process with. */
export function exitCodeOf(failure: unknown): number {
  if (failure instanceof UsageError) return exitCodes.usage;
  if (!(failure instanceof HostlingError)) return exitCodes.failure;
  return failure.code === 'guest-trap' ? exitCodes.trap : failure.code === 'option-invalid' ? exitCodes.usage : exitCodes.failure;
}

/** Says on standard error why the process ends, in full if asked to. */
export function reportFailure(failure: unknown, { verbose = false, component }: { verbose?: boolean; component?: string | undefined } = {}): void {
  process.stderr.write(`${describeFailure(failure, component)}\n`);
  if (verbose && !(failure instanceof UsageError)) process.stderr.write(`${inspect(failure, { depth: 8 })}\n`);
}

/** Lists, one item a line, become one line. */
function oneLine(message: string): string {
  return message
    .trim()
    .replace(/:\s*\n\s*-\s+/g, ': ')
    .replace(/\s*\n\s*-\s+/g, '; ')
    .replace(/\s*\n\s*/g, ' ');
}
