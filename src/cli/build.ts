import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { messageOf } from '../core/errors.ts';
import { makeDirectory } from '../platform/node/make-directory.ts';
import { CommandError } from './failure.ts';
import { addCommonOptions, type CommonOptions, memoryOption, platformOptions, shownAs, type Start } from './options.ts';

const help = `
The folder's index.js is what the Worker imports and gives to its host as the component.

Example:
  hostling build hello.wasm --out src/hello`;

/** `hostling build` */
export function buildCommand(start: Start): Command {
  const command = new Command('build')
    .description('prepare a component for environments that load no code at run time, such as Cloudflare Workers')
    .argument('<component>', 'path or http(s) address of a component, or of a WASI Preview 1 module')
    .requiredOption('--out <dir>', 'folder to write to; made if it is not there')
    .addOption(memoryOption())
    .option('--json', 'print what was written as JSON')
    .action((component: string, options: BuildOptions, self: Command) => start(component, self, (common) => build(component, options, common)));
  return addCommonOptions(command).addHelpText('after', help);
}

interface BuildOptions {
  readonly out: string;
  readonly json?: boolean;
  readonly memoryLimit?: number;
}

async function build(component: string, { out, json = false, memoryLimit }: BuildOptions, common: CommonOptions): Promise<number> {
  const [{ openSession }, { bundleComponent }] = await Promise.all([import('./session.ts'), import('../platform/node/bundle.ts')]);
  await using session = await openSession({ ...common, component, log: 'warn' });
  const bytes = await session.read();
  session.status.onStep('preparing');
  const { files } = await bundleComponent(bytes, { ...platformOptions(common), ...(memoryLimit === undefined ? {} : { memoryLimitMb: memoryLimit }) });
  const written = await writeFiles(out, files);
  session.status.clear();
  const lines = written.map(({ path, size }) => `${String(size).padStart(10)}  ${path}\n`);
  process.stdout.write(json ? `${JSON.stringify({ component: shownAs(component), out, files: written }, null, 2)}\n` : lines.join(''));
  return 0;
}

async function writeFiles(out: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<{ path: string; size: number }[]> {
  const written: { path: string; size: number }[] = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(out, name);
    try {
      await makeDirectory(dirname(path));
      await writeFile(path, content);
    } catch (failure) {
      throw new CommandError(`cannot write ${path}: ${messageOf(failure)}; choose another folder with --out`, { cause: failure });
    }
    written.push({ path, size: Buffer.byteLength(content) });
  }
  return written;
}
