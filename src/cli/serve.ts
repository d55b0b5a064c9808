import { Command, Option } from 'commander';
import { HostlingError } from '../core/errors.ts';
import { type Address, addCommonOptions, addGrantOptions, commonOptions, type GrantOptions, parseAddress } from './options.ts';

/** How long requests in flight may take after the signal to stop. */
const graceMs = 30_000;

const defaultAddress = '127.0.0.1:8000';

const help = `
Prints the address once it listens. What the guest prints goes to standard error.
SIGINT and SIGTERM let requests in flight finish, for 30 seconds at most; a second one ends the process at once.

Example:
  hostling serve --addr 127.0.0.1:8000 --env NAME=world --allow-host api.example.com hello.wasm`;

/** What `serve` takes besides the component. */
export interface ServeOptions extends GrantOptions {
  readonly addr: Address;
}

/** `hostling serve` */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('answer HTTP requests, for every host name, with a component')
    .argument('<component>', 'path or http(s) address of a component')
    .addOption(new Option('--addr <host:port>', 'where to listen; port 0 takes a free one').argParser(parseAddress).default(parseAddress(defaultAddress), defaultAddress));
  return addCommonOptions(addGrantOptions(command)).addHelpText('after', help);
}

/** Serves a component until a signal comes. */
export async function serve(component: string, options: ServeOptions, command: Command): Promise<number> {
  const [{ createHost, listen }, { filterLog, openGrants, createStatusLine, sources, stderrLog }] = await Promise.all([
    import('../platform/node/index.ts'),
    import('./running.ts'),
  ]);
  const { verbose, ...cache } = commonOptions(command);
  const host = await createHost({ ...cache, log: filterLog(stderrLog, verbose ? 'debug' : 'info') });
  const grants = openGrants(component, options);
  const status = createStatusLine(component);
  try {
    status.onStep('loading');
    const bytes = await sources.read(component);
    const { entrypoints } = await host.inspect(bytes);
    if (entrypoints.http === undefined) {
      throw new HostlingError('export-missing', `${component} does not answer HTTP requests, it exports neither wasi:http/handler@0.3 nor wasi:http/incoming-handler@0.2; ${entrypoints.run === undefined ? '`hostling inspect` lists what it exports' : 'run it as a command with `hostling run`'}`);
    }
    const workload = await host.start({ ...grants.workload, component: bytes, host: '*' }, status.onStep);
    status.clear();
    const stop = stopSignal();
    const listener = await listen({ ...options.addr, handle: workload.handle });
    process.stdout.write(`listening on http://${listener.address.includes(':') ? `[${listener.address}]` : listener.address}:${listener.port}\n`);
    await stop;
    await listener.close(graceMs);
    return 0;
  } finally {
    status.clear();
    await host.stop({ graceMs: 0 });
    grants.release();
  }
}

/** Resolves at the first signal to stop; the second ends the process. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const [signal, exitCode] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
      process.on(signal, () => {
        if (asked) process.exit(exitCode);
        asked = true;
        resolve();
      });
    }
  });
}
