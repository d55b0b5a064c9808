import type { ByteSink } from '../../engine/sinks.ts';
import { type ByteSource, chunkSize, fromGuestStream, toGuestFuture, toGuestStream } from '../../engine/streams.ts';
import { err, ok, type Result } from '../../engine/values.ts';
import type { InterfaceTable } from '../interface.ts';
import { PipeClosed } from '../../engine/sinks.ts';
import { type Stdio, sharedSink, sharedSource } from '../stdio.ts';
import type { InstanceScope } from '../scope.ts';

/** What a workload's command-line world is made of. */
export interface CliOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The initial working directory as a guest path; absent: the guest is told none. */
  readonly cwd?: string | undefined;
  readonly stdio: Stdio;
}

/** `wasi:cli/types.error-code` */
type CliError = 'io' | 'illegal-byte-sequence' | 'pipe';

/** A workload's command line, environment and standard streams, for both previews. */
export interface CliState extends CliOptions {
  openStdin(): ByteSource;
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
}

/** Makes the parts that every instance of a workload shares. */
export function createCliState(options: CliOptions): CliState {
  const { stdin, stdout, stderr } = options.stdio;
  const input = sharedSource(stdin);
  return { ...options, openStdin: () => input.open(), stdout: sharedSink(stdout), stderr: sharedSink(stderr) };
}

/** `wasi:cli/terminal-input.terminal-input` */
export class TerminalInput {}
/** `wasi:cli/terminal-output.terminal-output` */
export class TerminalOutput {}

const toCliError = (failure: unknown): CliError => (failure instanceof PipeClosed ? 'pipe' : 'io');

/** `read-via-stream: func() -> tuple<stream<u8>, future<result<_, error-code>>>` */
function readViaStream(source: ByteSource, scope: InstanceScope): [unknown, Promise<Result<undefined, CliError>>] {
  const { promise, resolve } = Promise.withResolvers<Result<undefined, CliError>>();
  const release = scope.hold(() => source.cancel());
  const stream = toGuestStream(source, (failure) => {
    release();
    resolve(failure === undefined ? ok(undefined) : err(toCliError(failure)));
  });
  return [stream, promise];
}

/** `write-via-stream: func(data: stream<u8>) -> future<result<_, error-code>>` */
function writeViaStream(sink: ByteSink, data: unknown, scope: InstanceScope): Promise<Result<undefined, CliError>> {
  const source = fromGuestStream(data);
  const copy = async (): Promise<Result<undefined, CliError>> => {
    try {
      for (;;) {
        const chunk = await source.read(chunkSize);
        if (chunk === undefined) break;
        await sink.write(chunk);
      }
      await sink.flush?.();
      return ok(undefined);
    } catch (failure) {
      source.cancel();
      throw failure;
    }
  };
  const written = toGuestFuture(copy(), (failure) => err(toCliError(failure)));
  scope.lingering.add(written);
  void written.then(() => scope.lingering.delete(written));
  return written;
}

/** The parts of `wasi:cli` whose shape is the same in 0.2 and 0.3. */
export function createCommonCli(state: CliState): InterfaceTable {
  const terminal = state.stdio.terminal ?? {};
  const terminalInput = { TerminalInput };
  const terminalOutput = { TerminalOutput };
  const terminalStdin = { getTerminalStdin: () => (terminal.stdin === true ? new TerminalInput() : undefined) };
  const terminalStdout = { getTerminalStdout: () => (terminal.stdout === true ? new TerminalOutput() : undefined) };
  const terminalStderr = { getTerminalStderr: () => (terminal.stderr === true ? new TerminalOutput() : undefined) };
  return {
    'wasi:cli/exit': (scope) => ({
      /** `exit: func(status: result)` */
      exit: (status: { tag: 'ok' | 'err' }) => scope.exit(status.tag === 'ok' ? 0 : 1),
      /** `exit-with-code: func(status-code: u8)` */
      exitWithCode: (code: number) => scope.exit(code),
    }),
    'wasi:cli/terminal-input': () => terminalInput,
    'wasi:cli/terminal-output': () => terminalOutput,
    'wasi:cli/terminal-stdin': () => terminalStdin,
    'wasi:cli/terminal-stdout': () => terminalStdout,
    'wasi:cli/terminal-stderr': () => terminalStderr,
  };
}

/** `wasi:cli` 0.3 */
export function createCli(state: CliState): InterfaceTable {
  const environment = {
    /** `get-environment: func() -> list<tuple<string, string>>` */
    getEnvironment: () => Object.entries(state.env),
    /** `get-arguments: func() -> list<string>` */
    getArguments: () => [...state.args],
    /** `get-initial-cwd: func() -> option<string>` */
    getInitialCwd: () => state.cwd,
  };
  const types = {};
  return {
    ...createCommonCli(state),
    'wasi:cli/environment': () => environment,
    'wasi:cli/types': () => types,
    'wasi:cli/stdin': (scope) => ({ readViaStream: () => readViaStream(state.openStdin(), scope) }),
    'wasi:cli/stdout': (scope) => ({ writeViaStream: (data: unknown) => writeViaStream(state.stdout, data, scope) }),
    'wasi:cli/stderr': (scope) => ({ writeViaStream: (data: unknown) => writeViaStream(state.stderr, data, scope) }),
  };
}
