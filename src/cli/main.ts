import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { buildCommand } from './build.ts';
import { exitCodeOf, exitCodes, reportFailure, UsageError } from './failure.ts';
import { inspectCommand } from './inspect.ts';
import { addCommonOptions, commonOptions } from './options.ts';
import { runCommand } from './run.ts';
import { serveCommand } from './serve.ts';

const help = `
Example:
  hostling serve hello.wasm
  hostling <command> --help`;

/**
 * The command line: what it does is in one file per command, whose heavy parts are loaded when the command runs.
 * @returns the exit code; the process ends by itself when nothing is under way
 */
export async function main(args: readonly string[]): Promise<number> {
  // Whoever reads our output may leave at any time; what is said to nobody is no failure.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  let running: { command: Command; component: string } | undefined;
  let exitCode = 0;
  const program = createProgram(async (command, component, act) => {
    running = { command, component };
    exitCode = await act();
  });
  const report = (failure: unknown): number => {
    const verbose = running === undefined ? args.includes('--verbose') : commonOptions(running.command).verbose;
    reportFailure(failure, { verbose, component: running?.component });
    return exitCodeOf(failure);
  };
  // A defect in code that nobody waits for: the same single line.
  process.on('uncaughtException', (failure) => process.exit(report(failure)));
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (failure) {
    if (!(failure instanceof CommanderError)) return report(failure);
    if (failure.exitCode === 0) return 0;
    if (failure.code === 'commander.help') return exitCodes.usage;
    return report(toUsageError(failure));
  }
}

/** Runs a command's action, knowing the command and the component it is about. */
type Start = (command: Command, component: string, act: () => Promise<number>) => Promise<void>;

function createProgram(start: Start): Command {
  const program = new Command('hostling')
    .description('Runs WebAssembly components (WASI Preview 2 and 3, and Preview 1 modules) with what they are granted and nothing else.')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .version(readVersion(), '-V, --version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', help);
  addCommonOptions(program);
  const commands = [
    runCommand().action((component: string, args: string[], options, command: Command) =>
      start(command, component, async () => (await import('./run.ts')).run(component, args, options, command)),
    ),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return program;
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}

/** The parser's own words, as one sentence that says where to read on; never with a value, which may be a secret. */
function toUsageError({ message }: CommanderError): UsageError {
  return new UsageError(`${message.replace(/^error: /, '').replace(/'(--[^'=]+)=[^']*'/, "'$1'")}; see \`hostling --help\``);
}
