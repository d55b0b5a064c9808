import { Command } from 'commander';
import { HostlingError } from '../core/errors.ts';
import { addCommonOptions, addGrantOptions, type CommonOptions, fileNameOf, type GrantOptions, shownAs, type Start } from './options.ts';
import { attachStdio } from './stdio.ts';

const help = `
The exit code is the guest's; 134 if it trapped, 1 if it could not be started, 2 for wrong usage.
Whatever follows the component belongs to the guest.

Example:
  echo hello | hostling run --dir ./data::/data::ro --env LANG cat.wasm --number`;

/** `hostling run` */
export function runCommand(start: Start): Command {
  const command = new Command('run')
    .description('run a command component with this terminal, or what stands in its place, as its standard streams')
    .argument('<component>', 'path or http(s) address of a component, or of a WASI Preview 1 module')
    .argument('[args...]', 'arguments for the guest')
    .passThroughOptions()
    .action((component: string, args: string[], options: GrantOptions, self: Command) =>
      start(component, self, (common) => run(component, args, options, common)),
    );
  return addCommonOptions(addGrantOptions(command)).addHelpText('after', help);
}

async function run(component: string, args: readonly string[], grants: GrantOptions, common: CommonOptions): Promise<number> {
  if (process.pid === 1) dieOfSignals();
  const { openSession } = await import('./session.ts');
  await using session = await openSession({ ...common, component, grants, log: 'warn' });
  const stdio = attachStdio();
  try {
    return await session.host.run({ ...session.workload, component, args: [fileNameOf(component), ...args], stdio }, session.status.onStep);
  } catch (failure) {
    if (failure instanceof HostlingError && failure.code === 'export-missing') throw noCommand(component, failure);
    throw failure;
  } finally {
    await stdio.release();
  }
}

function noCommand(component: string, cause: HostlingError): HostlingError {
  const message = `${shownAs(component)} is no command, it does not export wasi:cli/run; if it answers HTTP requests, use \`hostling serve\``;
  return new HostlingError('export-missing', message, { cause });
}

/**
 * A signal ends a run the way it ends any program, whatever the guest is doing: a handler would wait for a guest that computes without a
 * pause. Only the first process of a container is not ended by signals that it does not handle.
 */
function dieOfSignals(): void {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}
