import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { compile } from '../build/tsc.ts';
import { missingFrom, readLock } from './lock.ts';
import { binary, inRoot } from './root.ts';
import { runOrThrow } from './run.ts';
import type { Step } from './steps.ts';

/** What is type-checked besides `src`, each with the names of its own environment. */
const programs: readonly [name: string, config: string][] = [
  ['types of tests', 'test/tsconfig.json'],
  ['types of Node tests', 'test/tsconfig.node.json'],
  ['types of Workers tests', 'test/tsconfig.workers.json'],
  ['types of mixed tests', 'test/tsconfig.mixed.json'],
  ['types of scripts', 'scripts/tsconfig.json'],
  ['types of bench', 'bench/tsconfig.json'],
  ['types of the page', 'demo/page/tsconfig.json'],
  ['types of the worker', 'demo/worker/tsconfig.json'],
];

const tool =
  (name: string, ...args: string[]) =>
  async (): Promise<void> =>
    void (await runOrThrow(binary(name), args));

/** The checks, in order: the first one builds what the others look at. */
export const checkSteps: readonly Step[] = [
  { name: 'types of src', run: compile },
  ...programs.filter(([, config]) => existsSync(inRoot(config))).map(([name, config]) => ({ name, run: tool('tsc', '-p', config) })),
  { name: 'lint', run: tool('oxlint', '--deny-warnings') },
  { name: 'format', run: checkFormat },
  { name: 'generated files', run: tool('node', 'scripts/generate-wit.ts', '--check') },
  { name: 'lock file', run: checkLockFile },
  { name: 'sizes', run: tool('node', 'bench/compare.ts') },
  { name: 'places', run: checkPlaces },
];

async function checkFormat(): Promise<void> {
  try {
    await runOrThrow(binary('oxfmt'), ['--list-different']);
  } catch (failure) {
    throw new Error(`${failure instanceof Error ? failure.message : String(failure)}\nnot formatted: run \`npm run format\``, { cause: failure });
  }
}

/** Which registry an installation came from is nobody's business but the installation's. */
async function checkLockFile(): Promise<void> {
  const text = await readFile(inRoot('package-lock.json'), 'utf8');
  if (/"resolved"\s*:/.test(text)) throw new Error('package-lock.json says where packages were downloaded: install with the .npmrc of this repository');
  const missing = missingFrom(await readLock());
  if (missing.length > 0)
    throw new Error(
      `package-lock.json lacks ${missing.length} optional packages, such as ${missing[0]?.name}; npm ci refuses it: run \`node scripts/lib/lock.ts\``,
    );
}

/** Folders of one machine, and addresses of package registries. */
const places = [
  /(?<![\w.~$}*-])\/(?:home|root|Users|work|tmp\/[a-z]+\.\w+)\/[\w.-]+/,
  /\b(?:registry\.(?:npmjs\.org|yarnpkg\.com)|npm\.pkg\.github\.com|[\w.-]*(?:artifactory|jfrog|codeartifact|nexus-repository)[\w.-]*\.\w+)\b/i,
];

async function checkPlaces(): Promise<string> {
  const files = (await runOrThrow('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'])).split('\0').filter((name) => name !== '');
  const found: string[] = [];
  for (const file of files) {
    const text = await readFile(inRoot(file), 'utf8').catch(() => '');
    if (text.includes('\0')) continue;
    text.split('\n').forEach((line, index) => {
      const place = places.map((pattern) => pattern.exec(line)?.[0]).find((match) => match !== undefined);
      if (place !== undefined) found.push(`${file}:${index + 1}: ${place}`);
    });
  }
  if (found.length > 0) throw new Error(`paths of one machine, or registries:\n${found.join('\n')}`);
  return `${files.length} files`;
}
