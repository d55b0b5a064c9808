import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { HostlingError, messageOf } from '../core/errors.ts';
import { addCommonOptions, commonOptions } from './options.ts';

const help = `
The folder's index.js is what the Worker imports and gives to its host as the component.

Example:
  hostling build hello.wasm --out src/hello`;

/** `hostling build` */
export function buildCommand(): Command {
  const command = new Command('build')
    .description('prepare a component for environments that load no code at run time, such as Cloudflare Workers')
    .argument('<component>', 'path or http(s) address of a component, or of a WASI Preview 1 module')
    .requiredOption('--out <dir>', 'folder to write to; made if it is not there')
    .option('--json', 'print what was written as JSON');
  return addCommonOptions(command).addHelpText('after', help);
}

/** What `build` takes besides the component. */
export interface BuildOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** Writes a prepared component's files. */
export async function build(component: string, { out, json = false }: BuildOptions, command: Command): Promise<number> {
  const [{ bundleComponent }, { sources, createStatusLine }] = await Promise.all([import('../platform/node/bundle.ts'), import('./running.ts')]);
  const { verbose: _, ...cache } = commonOptions(command);
  const status = createStatusLine(component);
  try {
    status.onStep('loading');
    const bytes = await sources.read(component);
    status.onStep('preparing');
    const { files } = await bundleComponent(bytes, cache);
    const written = await writeFiles(out, files);
    status.clear();
    const lines = written.map(({ path, size }) => `${String(size).padStart(10)}  ${path}\n`);
    process.stdout.write(json ? `${JSON.stringify({ component, out, files: written }, null, 2)}\n` : lines.join(''));
    return 0;
  } finally {
    status.clear();
  }
}

async function writeFiles(out: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<{ path: string; size: number }[]> {
  const written: { path: string; size: number }[] = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(out, name);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    } catch (failure) {
      throw new HostlingError('option-invalid', `cannot write ${path}: ${messageOf(failure)}; choose another folder with --out`, { cause: failure });
    }
    written.push({ path, size: Buffer.byteLength(content) });
  }
  return written;
}
