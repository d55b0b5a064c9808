import { Command } from 'commander';
import { HostlingError } from '../core/errors.ts';
import { addCommonOptions, addGrantOptions, commonOptions, fileNameOf, type GrantOptions } from './options.ts';

const help = `
The exit code is the guest's; 134 if it trapped, 1 if it could not be started, 2 for wrong usage.
Whatever follows the component belongs to the guest.

Example:
  echo hello | hostling run --dir ./data::/data::ro --env LANG cat.wasm --number`;

/** `hostling run` */
export function runCommand(): Command {
  const command = new Command('run')
    .description('run a command component with this terminal, or what stands in its place, as its standard streams')
    .argument('<component>', 'path or http(s) address of a component, or of a WASI Preview 1 module')
    .argument('[args...]', 'arguments for the guest')
    .passThroughOptions();
  return addCommonOptions(addGrantOptions(command)).addHelpText('after', help);
}

/** Runs a component to its end. */
export async function run(component: string, args: readonly string[], options: GrantOptions, command: Command): Promise<number> {
  if (process.pid === 1) dieOfSignals();
  const [{ createHost }, { filterLog, openGrants, attachStdio, createStatusLine, stderrLog }] = await Promise.all([
    import('../platform/node/index.ts'),
    import('./running.ts'),
  ]);
  const { verbose, ...cache } = commonOptions(command);
  const host = await createHost({ ...cache, log: filterLog(stderrLog, verbose ? 'debug' : 'warn') });
  const grants = openGrants(component, options);
  const stdio = attachStdio();
  const status = createStatusLine(component);
  try {
    return await host.run({ ...grants.workload, component, args: [fileNameOf(component), ...args], stdio }, status.onStep);
  } catch (failure) {
    if (failure instanceof HostlingError && failure.code === 'export-missing') {
      throw new HostlingError('export-missing', `${component} is no command, it does not export wasi:cli/run; if it answers HTTP requests, use \`hostling serve\``, { cause: failure });
    }
    throw failure;
  } finally {
    status.clear();
    await stdio.release();
    grants.release();
    await host.stop({ graceMs: 0 });
  }
}

/**
 * A signal ends a run the way it ends any program, whatever the guest is doing: a handler would wait for a guest that computes without a
 * pause. Only the first process of a container is not ended by signals that it does not handle.
 */
function dieOfSignals(): void {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}
