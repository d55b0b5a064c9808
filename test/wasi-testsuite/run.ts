/**
 * Runs the WASI test suite's P3 tests on hostling's platforms.
 *
 *     node test/wasi-testsuite/run.ts DIR [--platform node,chromium,workerd] [--engine hostling|jco] [--no-jspi] [--filter text] [--json]
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { readCases, type TestCase } from './cases.ts';
import type { Trial } from './operations.ts';
import { chromiumPath, type Setting, type TestPlatform } from './platforms/platform.ts';
import { startServers } from './servers.ts';
import { type Expectation, formatTable, isUnexpected, judge, type Outcome } from './table.ts';

const platforms: Record<string, (setting: Setting) => Promise<TestPlatform>> = {
  node: async (setting) => (await import('./platforms/node.ts')).createNode(setting),
  chromium: async (setting) => (await import('./platforms/chromium.ts')).createChromium(setting),
  workerd: async (setting) => (await import('./platforms/workerd.ts')).createWorkerd(setting),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    platform: { type: 'string' },
    engine: { type: 'string', default: 'hostling' },
    jspi: { type: 'boolean', default: true },
    filter: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const { engine, jspi } = values;
if (engine !== 'hostling' && engine !== 'jco') fail(`there is no engine ${engine}; there are hostling and jco`);
const wanted = values.platform?.split(',') ?? Object.keys(platforms).filter((name) => name !== 'chromium' || existsSync(chromiumPath));
const unknown = wanted.find((name) => !Object.hasOwn(platforms, name));
if (unknown !== undefined) fail(`there is no platform ${unknown}; there are ${Object.keys(platforms).join(', ')}`);
const [directory = fail('say where the tests are: npm run wasi-testsuite -- DIR')] = positionals;
const cases = (await readCases(directory)).filter(({ name }) => name.includes(values.filter));
if (cases.length === 0) fail(`there are no tests in ${directory}`);
const expectations: Expectation[] = JSON.parse(await readFile(new URL('expectations.json', import.meta.url), 'utf8'));
const outcomes: Outcome[] = [];

for (const name of wanted) {
  const platform = await platforms[name]?.({ engine, jspi });
  try {
    for (const testCase of cases) {
      const begin = performance.now();
      const failure = platform && (await runOn(platform, testCase));
      outcomes.push({ test: testCase.name, platform: name, ...judge(expectations, testCase.name, name, failure), ms: Math.round(performance.now() - begin) });
    }
  } finally {
    await platform?.close();
  }
}

process.stdout.write(`${values.json ? JSON.stringify(outcomes, null, 2) : formatTable(outcomes)}\n`);
process.exitCode = outcomes.some(isUnexpected) ? 1 : 0;

/** @returns why the test failed; nothing if it passed */
async function runOn(platform: TestPlatform, testCase: TestCase): Promise<string | undefined> {
  const { name, world, run, root, operations } = testCase;
  const servers = await startServers(testCase.servers);
  try {
    const files = root === undefined ? undefined : await readFiles(root);
    const trial: Trial = { name, world, operations, run: { ...run, env: { ...run.env, ...servers.env } }, files };
    return await platform.test(testCase, trial);
  } catch (failure) {
    return `the platform failed: ${String(failure)}`;
  } finally {
    await servers.close();
  }
}

/** The files below a directory as base64, by path, without what tests of other hosts left behind. */
async function readFiles(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.cleanup')).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [relative(root, path), await readFile(path, 'base64')] as const)));
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
