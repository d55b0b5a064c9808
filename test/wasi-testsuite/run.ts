/**
 * Runs the WASI test suite's P3 tests on hostling's platforms.
 *
 *     node test/wasi-testsuite/run.ts DIR [--platform node,chromium,workerd] [--filter text] [--json]
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCases, type TestCase } from './cases.ts';
import type { Trial } from './operations.ts';
import type { TestPlatform } from './platforms/platform.ts';
import { startServers } from './servers.ts';
import { type Expectation, expectationFor, formatTable, isUnexpected, type Outcome } from './table.ts';

const makers: Record<string, () => Promise<TestPlatform>> = {
  node: async () => (await import('./platforms/node.ts')).createNode(),
  chromium: async () => (await import('./platforms/chromium.ts')).createChromium(),
  workerd: async () => (await import('./platforms/workerd.ts')).createWorkerd(),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { platform: { type: 'string', default: Object.keys(makers).join(',') }, filter: { type: 'string', default: '' }, json: { type: 'boolean', default: false } },
});
const [directory] = positionals;
if (directory === undefined) {
  process.stderr.write('say where the suite is: npm run wasi-testsuite -- DIR\n');
  process.exit(2);
}
const cases = (await readCases(directory)).filter(({ name }) => name.includes(values.filter));
const expectations: Expectation[] = JSON.parse(await readFile(new URL('expectations.json', import.meta.url), 'utf8'));
const outcomes: Outcome[] = [];

for (const platform of values.platform.split(',')) {
  const make = makers[platform];
  if (make === undefined) throw new Error(`there is no platform ${platform}; there are ${Object.keys(makers).join(', ')}`);
  const environment = await make();
  try {
    for (const testCase of cases) {
      const begin = performance.now();
      const why = await runOn(environment, testCase);
      outcomes.push({ test: testCase.name, platform, why, expected: expectationFor(expectations, testCase.name, platform), ms: Math.round(performance.now() - begin) });
    }
  } finally {
    await environment.close();
  }
}

process.stdout.write(`${values.json ? JSON.stringify(outcomes, null, 2) : formatTable(outcomes)}\n`);
process.exit(outcomes.some(isUnexpected) ? 1 : 0);

async function runOn(platform: TestPlatform, testCase: TestCase): Promise<string | undefined> {
  const { name, world, run, root, operations } = testCase;
  const servers = await startServers(testCase.servers);
  try {
    const trial: Trial = { name, world, operations, run: { ...run, env: { ...run.env, ...servers.env } }, files: root === undefined ? undefined : await readFiles(root) };
    return await platform.test(testCase, trial);
  } catch (failure) {
    return `the platform failed: ${String(failure)}`;
  } finally {
    await servers.close();
  }
}

/** The files below a directory as base64, without what tests leave behind. */
async function readFiles(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.cleanup')).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path.slice(root.length + 1), await readFile(path, 'base64')] as const)));
}
