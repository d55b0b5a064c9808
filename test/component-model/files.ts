import { readdir, readFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { parseScript, type Script } from './script/commands.ts';

/** One file of a suite. */
export interface SuiteFile {
  /** Its path inside the suite, which does not depend on where the suite lies: `async/deadlock.wast`, `component-model/strings.wast`. */
  readonly name: string;
  readonly path: string;
  readonly script: Script;
}

/** The folders that a suite's names begin after. */
const root = /^.*\/(?:misc_testsuite|test)\//;

/** The scripts under the directories, by name. */
export async function readSuites(directories: readonly string[], filter: string): Promise<SuiteFile[]> {
  const found = await Promise.all(directories.map(listScripts));
  const files = found.flat().filter(({ name }) => name.includes(filter));
  return await Promise.all(files.map(async ({ name, path }) => ({ name, path, script: readNamed(name, await readFile(path, 'utf8')) })));
}

function readNamed(name: string, text: string): Script {
  try {
    return parseScript(text);
  } catch (failure) {
    throw new Error(`${name} cannot be read`, { cause: failure });
  }
}

async function listScripts(directory: string): Promise<{ name: string; path: string }[]> {
  const entries = await readdir(directory, { recursive: true });
  return entries
    .filter((entry) => entry.endsWith('.wast'))
    .map((entry) => {
      const path = resolve(directory, entry);
      const portable = path.replaceAll(sep, '/');
      return { name: root.test(portable) ? portable.replace(root, '') : entry.replaceAll(sep, '/'), path };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
