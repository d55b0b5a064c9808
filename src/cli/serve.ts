import { Command, Option } from 'commander';
import { HostlingError } from '../core/errors.ts';
import {
  type Address,
  addCommonOptions,
  addGrantOptions,
  addPoolOptions,
  type CommonOptions,
  type GrantOptions,
  parseAddress,
  type PoolArguments,
  poolOf,
  shownAs,
  type Start,
} from './options.ts';

/** How long requests in flight may take after the signal to stop. */
const graceMs = 30_000;

const defaultAddress = '127.0.0.1:8000';

const help = `
Prints the address once it listens. What the guest prints goes to standard error.
SIGINT and SIGTERM let requests in flight finish, for 30 seconds at most; a second one ends the process at once.

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
    .addOption(
      new Option('--addr <host:port>', 'where to listen; port 0 takes a free one')
        .argParser(parseAddress)
        .default(parseAddress(defaultAddress), defaultAddress),
    )
    .action((component: string, options: ServeOptions, self: Command) => start(component, self, (common) => serve(component, options, common)));
  return addCommonOptions(addPoolOptions(addGrantOptions(command))).addHelpText('after', help);
}

async function serve(component: string, { addr, ...options }: ServeOptions, common: CommonOptions): Promise<number> {
  const [{ openSession }, { listen }] = await Promise.all([import('./session.ts'), import('../platform/node/http-in.ts')]);
  await using session = await openSession({ ...common, component, grants: options, log: 'info' });
  const { host, status } = session;
  const bytes = await session.read();
  const { entrypoints } = await host.inspect(bytes);
  if (entrypoints.http === undefined) throw noHandler(component, entrypoints.run !== undefined);
  const pool = poolOf(options, session.warn);
  const workload = await host.start({ ...session.workload, ...pool, component: bytes, host: '*' }, status.onStep);
  status.clear();
  const stop = stopSignal();
  const { address, port, close } = await listen({ ...addr, handle: workload.handle });
  process.stdout.write(`listening on http://${address.includes(':') ? `[${address}]` : address}:${port}\n`);
  await stop;
  await close(graceMs);
  return 0;
}

function noHandler(component: string, isCommand: boolean): HostlingError {
  const advice = isCommand ? 'run it as a command with `hostling run`' : '`hostling inspect` lists what it exports';
  return new HostlingError(
    'export-missing',
    `${shownAs(component)} does not answer HTTP requests, it exports neither wasi:http/handler@0.3 nor wasi:http/incoming-handler@0.2; ${advice}`,
  );
}

/** Resolves at the first signal to stop; the second ends the process. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const [signal, exitCode] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.on(signal, () => {
        if (asked) process.exit(exitCode);
        asked = true;
        resolve();
      });
    }
  });
}
