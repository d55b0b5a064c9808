import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { buildCommand } from './build.ts';
import { exitCodeOf, exitCodes, reportFailure, UsageError } from './failure.ts';
import { inspectCommand } from './inspect.ts';
import { addCommonOptions, commonOptions, shownAs, type Start } from './options.ts';
import { runCommand } from './run.ts';
import { serveCommand } from './serve.ts';
import { upCommand } from './up.ts';

const help = `
Example:
  hostling serve hello.wasm
  hostling run --help`;

/** How long what a command left behind, such as the last write of the cache, may keep the process alive. */
const lingerMs = 5000;

/**
 * The command line. What it does is in one file per command; the heavy parts are loaded when the command runs.
 * @returns the exit code; the process ends by itself when nothing is under way any more
 */
export async function main(args: readonly string[]): Promise<number> {
  // Whoever reads our output may leave at any time; what is said to nobody is no failure.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  let verbose = false;
  let component: string | undefined;
  let exitCode = 0;
  let inCharge = 'hostling';
  const report = (failure: unknown): number => {
    reportFailure(failure, { verbose, component });
    return exitCodeOf(failure);
  };
  // A defect in code that nobody waits for: the same single line.
  process.on('uncaughtException', (failure) => process.exit(report(failure)));

  const program = createProgram(async (given, command, action) => {
    const common = commonOptions(command);
    ({ verbose } = common);
    component = shownAs(given);
    exitCode = await action(common);
  });
  program.hook('preSubcommand', (_program, command) => void (inCharge = `hostling ${command.name()}`));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (failure) {
    exitCode = failure instanceof CommanderError ? endOfParsing(failure, inCharge) : report(failure);
  }
  setTimeout(() => process.exit(exitCode), lingerMs).unref();
  return exitCode;
}

function createProgram(start: Start): Command {
  const program = new Command('hostling')
    .description('Runs WebAssembly components (WASI Preview 2 and 3, and Preview 1 modules) with what they are granted and nothing else.')
    .version(readVersion(), '-V, --version', 'print the version')
    .enablePositionalOptions()
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', help);
  addCommonOptions(program);
  for (const create of [runCommand, serveCommand, upCommand, inspectCommand, buildCommand]) {
    program.addCommand(create(start).copyInheritedSettings(program));
  }
  return program;
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}

/** The parser ended the program: it has shown help or the version, or it has something to complain about, of which a command's help says more. */
function endOfParsing({ code, exitCode, message }: CommanderError, inCharge: string): number {
  if (exitCode === 0) return 0;
  if (code === 'commander.help') return exitCodes.usage;
  // What follows an option's `=` may be a secret.
  const complaint = message.replace(/^error: |\.$/g, '').replace(/'(--?[^'=]+)=[^']*'/, "'$1'");
  reportFailure(new UsageError(`${complaint}; see \`${inCharge} --help\``));
  return exitCodes.usage;
}
