import { Command } from 'commander';
import { type Address, addAddressOption, addCommonOptions, type CommonOptions, listeningHelp, type Start } from './options.ts';

const help = `
Runs the workload of a wasmCloud manifest, a Workload or a WorkloadDeployment in YAML or JSON, on this machine: once, and for every host name. Its images
may be files, as seen from the manifest's folder, and http(s) addresses.
${listeningHelp}

Example:
  hostling up -f workload.yaml
  hostling up -f workload.yaml --addr 127.0.0.1:0`;

interface UpOptions {
  readonly file: string;
  readonly addr: Address;
}

/** `hostling up` */
export function upCommand(start: Start): Command {
  const command = new Command('up')
    .description('run the workload of a manifest')
    .requiredOption('-f, --file <file>', 'the manifest; - reads standard input')
    .action((options: UpOptions, self: Command) => start(options.file, self, (common) => up(options, common)));
  return addCommonOptions(addAddressOption(command)).addHelpText('after', help);
}

async function up({ file, addr }: UpOptions, common: CommonOptions): Promise<number> {
  const [{ openSession }, { readManifestFile }, { listenUntilStopped, stopSignal }] = await Promise.all([
    import('./session.ts'),
    import('./manifest-file.ts'),
    import('./listening.ts'),
  ]);
  const { manifest, image } = await readManifestFile(file);
  await using session = await openSession({ ...common, component: file, log: 'info' });
  const { host, status } = session;
  const workload = await host.deploy(manifest, { image, hosts: ['*'] }, status.onStep);
  status.clear();
  const { name, hosts } = workload.status();
  if (hosts.length > 0) {
    process.stderr.write(`${name} answers for ${hosts.filter((one) => one !== '*').join(', ')}, and here for every other name\n`);
    await listenUntilStopped(addr, host.handle);
  } else {
    process.stdout.write(`${name} runs; it takes no requests\n`);
    await stopSignal();
  }
  return 0;
}
