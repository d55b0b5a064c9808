import { readdir, readFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { messageOf } from '../../src/core/errors.ts';
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

/** What was named has no scripts for components. The message says what to do. */
export class NoSuite extends Error {}

/**
 * The scripts under the directories, by name.
 * @throws NoSuite
 */
export async function readSuites(directories: readonly string[], filter: string): Promise<SuiteFile[]> {
  const found = await Promise.all(directories.map(listScripts));
  const files = found.flat().filter(({ name }) => name.includes(filter));
  if (files.length === 0) throw new NoSuite(`there are no scripts in ${directories.join(', ')}${filter === '' ? '' : ` with ${filter} in their names`}`);
  return await Promise.all(files.map(async ({ name, path }) => ({ name, path, script: parse(path, await readFile(path, 'utf8')) })));
}

function parse(path: string, text: string): Script {
  try {
    return parseScript(text);
  } catch (failure) {
    throw new NoSuite(`${path} is no script for components: ${messageOf(failure)}; name the folders that have only those`, { cause: failure });
  }
}

async function list(directory: string): Promise<string[]> {
  try {
    return await readdir(directory, { recursive: true });
  } catch (failure) {
    throw new NoSuite(`${directory} cannot be read: ${messageOf(failure)}`, { cause: failure });
  }
}

async function listScripts(directory: string): Promise<{ name: string; path: string }[]> {
  const entries = await list(directory);
  return entries
    .filter((entry) => entry.endsWith('.wast'))
    .map((entry) => {
      const path = resolve(directory, entry);
      const portable = path.replaceAll(sep, '/');
      return { name: root.test(portable) ? portable.replace(root, '') : entry.replaceAll(sep, '/'), path };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
