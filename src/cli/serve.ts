import { Command } from 'commander';
import { HostlingError } from '../core/errors.ts';
import {
  type Address,
  addAddressOption,
  addCommonOptions,
  addGrantOptions,
  addPoolOptions,
  type CommonOptions,
  type GrantOptions,
  listeningHelp,
  type PoolArguments,
  poolOf,
  shownAs,
  type Start,
} from './options.ts';

const help = `
${listeningHelp}

Example:
  hostling serve --addr 127.0.0.1:8000 --env NAME=world --allow-host api.example.com hello.wasm`;

interface ServeOptions extends GrantOptions, PoolArguments {
  readonly addr: Address;
}

/** `hostling serve` */
export function serveCommand(start: Start): Command {
  const command = new Command('serve')
    .description('answer HTTP requests, for every host name, with a component')
    .argument('<component>', 'path or http(s) address of a component')
    .action((component: string, options: ServeOptions, self: Command) => start(component, self, (common) => serve(component, options, common)));
  return addCommonOptions(addPoolOptions(addGrantOptions(addAddressOption(command)))).addHelpText('after', help);
}

async function serve(component: string, { addr, ...options }: ServeOptions, common: CommonOptions): Promise<number> {
  const [{ openSession }, { listenUntilStopped }] = await Promise.all([import('./session.ts'), import('./listening.ts')]);
  await using session = await openSession({ ...common, component, grants: options, log: 'info' });
  const { host, status } = session;
  const bytes = await session.read();
  const { entrypoints } = await host.inspect(bytes);
  if (entrypoints.http === undefined) throw noHandler(component, entrypoints.run !== undefined);
  const pool = poolOf(options, session.warn);
  const workload = await host.start({ ...session.workload, ...pool, component: bytes, host: '*' }, status.onStep);
  status.clear();
  await listenUntilStopped(addr, workload.handle);
  return 0;
}

function noHandler(component: string, isCommand: boolean): HostlingError {
  const advice = isCommand ? 'run it as a command with `hostling run`' : '`hostling inspect` lists what it exports';
  return new HostlingError(
    'export-missing',
    `${shownAs(component)} does not answer HTTP requests, it exports neither wasi:http/handler@0.3 nor wasi:http/incoming-handler@0.2; ${advice}`,
  );
}
