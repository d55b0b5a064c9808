import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSteps } from '../build/steps.ts';
import { buildGuests } from '../guests/build.ts';
import { provideBrowsers } from './browsers.ts';
import { buildBundles } from './bundles.ts';
import { binary } from './root.ts';
import { runAttached } from './run.ts';
import type { Step } from './steps.ts';

/** What tests need; each takes no time when it is there already. */
export const preparations: readonly Step[] = [
  { name: 'browsers', run: provideBrowsers },
  ...buildSteps,
  { name: 'guests', run: guests },
  { name: 'bundles', run: async () => `${await buildBundles()} made` },
];

async function guests(): Promise<string> {
  const outcomes = await buildGuests();
  const failed = outcomes.filter((outcome) => outcome.state === 'failed');
  if (failed.length > 0) throw new Error(failed.map(({ name, message }) => `${name}: ${message}`).join('\n'));
  return `${outcomes.filter((outcome) => outcome.state === 'built').length} built`;
}

/** How many tests came out how. */
export interface TestOutcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs vitest, all projects unless the arguments say otherwise; what it shows is its own. */
export async function runTests(args: readonly string[]): Promise<TestOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'tests-'));
  try {
    const file = join(folder, 'result.json');
    const code = await runAttached(binary('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args], {
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
    });
    return count(await readFile(file, 'utf8').catch(() => '{}'), code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** vitest's own numbers. A run that fails without a failing test (a file that does not load, an error nobody caught) counts as one. */
function count(result: string, code: number): TestOutcome {
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = JSON.parse(result) as Partial<Record<string, number>>;
  return { passed: numPassedTests, failed: numFailedTests === 0 && code !== 0 ? 1 : numFailedTests, skipped: numPendingTests + numTodoTests };
}
