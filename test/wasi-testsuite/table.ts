/** What came out, beside what was expected. */
import { readFile } from 'node:fs/promises';

/** Tests that are known to fail on some platforms. */
export interface Expectation {
  readonly tests: readonly string[];
  readonly platforms: readonly string[];
  /** What the failure has in it, so that another one is not taken for it. */
  readonly says: string;
  /** Why it cannot be otherwise for now. */
  readonly reason: string;
}

/** One test on one platform. */
export interface Outcome {
  readonly test: string;
  readonly platform: string;
  readonly verdict: 'pass' | 'FAIL' | 'expected' | 'PASSES NOW';
  /** Why it failed, or was expected to. */
  readonly why: string | undefined;
  readonly ms: number;
}

/** The failures that this repository knows of. */
export async function readExpectations(): Promise<Expectation[]> {
  return JSON.parse(await readFile(new URL('expectations.json', import.meta.url), 'utf8')) as Expectation[];
}

/** Compares a failure, or a success, with what is expected. */
export function judge(expectations: readonly Expectation[], test: string, platform: string, failure: string | undefined): Pick<Outcome, 'verdict' | 'why'> {
  const expected = expectations.find(({ tests, platforms }) => tests.includes(test) && platforms.includes(platform));
  if (failure === undefined)
    return expected === undefined ? { verdict: 'pass', why: undefined } : { verdict: 'PASSES NOW', why: `was expected to fail: ${expected.reason}` };
  return expected !== undefined && failure.includes(expected.says) ? { verdict: 'expected', why: expected.reason } : { verdict: 'FAIL', why: failure };
}

/** Whether an outcome is not the expected one, in either direction. */
export function isUnexpected({ verdict }: Outcome): boolean {
  return verdict === 'FAIL' || verdict === 'PASSES NOW';
}

/** The table, the reasons of all failures, and a line of totals for each platform. */
export function formatTable(outcomes: readonly Outcome[]): string {
  const platforms = unique(outcomes.map(({ platform }) => platform));
  const tests = unique(outcomes.map(({ test }) => test));
  const width = Math.max(...tests.map((test) => test.length)) + 2;
  const cellWidth = Math.max(10, ...platforms.map((platform) => platform.length)) + 2;
  const row = (first: string, cells: readonly string[]): string => `${first.padEnd(width)}${cells.map((cell) => cell.padEnd(cellWidth)).join('')}`.trimEnd();
  const cell = (test: string, platform: string): string => outcomes.find((outcome) => outcome.test === test && outcome.platform === platform)?.verdict ?? '';
  const table = tests.map((test) =>
    row(
      test,
      platforms.map((platform) => cell(test, platform)),
    ),
  );
  return [row('test', platforms), ...table, '', ...reasons(outcomes), ...platforms.map((platform) => total(platform, outcomes))].join('\n');
}

function reasons(outcomes: readonly Outcome[]): string[] {
  const groups = Map.groupBy(
    outcomes.filter(({ why }) => why !== undefined),
    ({ verdict, why }) => `${verdict}: ${why}`,
  );
  return [...groups].flatMap(([reason, group]) => {
    const tests = unique(group.map(({ test }) => test)).join(', ');
    return [reason, `  ${tests} (${unique(group.map(({ platform }) => platform)).join(', ')})`, ''];
  });
}

function total(platform: string, outcomes: readonly Outcome[]): string {
  const mine = outcomes.filter((outcome) => outcome.platform === platform);
  const count = (verdict: Outcome['verdict']): number => mine.filter((outcome) => outcome.verdict === verdict).length;
  const seconds = (mine.reduce((sum, { ms }) => sum + ms, 0) / 1000).toFixed(1);
  return `${platform}: ${count('pass')} of ${mine.length} pass, ${count('expected')} fail as expected, ${count('FAIL')} fail, ${count('PASSES NOW')} pass unexpectedly (${seconds} s)`;
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
