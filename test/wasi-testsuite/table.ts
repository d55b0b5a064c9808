/** What came out, beside what was expected. */

/** Tests that are known to fail on some platforms, with the reason. */
export interface Expectation {
  readonly platforms: readonly string[];
  readonly tests: readonly string[];
  readonly reason: string;
}

/** One test on one platform. */
export interface Outcome {
  readonly test: string;
  readonly platform: string;
  /** Why it failed; nothing if it passed. */
  readonly why: string | undefined;
  /** Why it was expected to fail. */
  readonly expected: string | undefined;
  readonly ms: number;
}

/** Why a test is expected to fail on a platform; nothing if it is expected to pass. */
export function expectationFor(expectations: readonly Expectation[], test: string, platform: string): string | undefined {
  return expectations.find(({ tests, platforms }) => tests.includes(test) && platforms.includes(platform))?.reason;
}

/** Whether an outcome is not the expected one, in either direction. */
export function isUnexpected({ why, expected }: Outcome): boolean {
  return (why === undefined) !== (expected === undefined);
}

function verdict(outcome: Outcome): string {
  if (outcome.why === undefined) return outcome.expected === undefined ? 'pass' : 'PASSES NOW';
  return outcome.expected === undefined ? 'FAIL' : 'expected';
}

/** The table, the reasons of all failures, and a line of totals for each platform. */
export function formatTable(outcomes: readonly Outcome[]): string {
  const platforms = [...new Set(outcomes.map(({ platform }) => platform))];
  const tests = [...new Set(outcomes.map(({ test }) => test))];
  const width = Math.max(...tests.map((test) => test.length), 4) + 2;
  const row = (first: string, cells: string[]): string => `${first.padEnd(width)}${cells.map((cell) => cell.padEnd(12)).join('')}`.trimEnd();
  const find = (test: string, platform: string): Outcome | undefined => outcomes.find((outcome) => outcome.test === test && outcome.platform === platform);
  const lines = [row('test', platforms)];
  for (const test of tests) {
    lines.push(row(test, platforms.map((platform) => find(test, platform)).map((outcome) => (outcome === undefined ? '' : verdict(outcome)))));
  }
  const failures = outcomes.filter(({ why, expected }) => why !== undefined || expected !== undefined);
  if (failures.length > 0) lines.push('', 'Why:');
  for (const outcome of failures) {
    lines.push(`  ${verdict(outcome)}: ${outcome.test} on ${outcome.platform}: ${isUnexpected(outcome) ? (outcome.why ?? `was expected to fail: ${outcome.expected}`) : outcome.expected}`);
  }
  lines.push('');
  for (const platform of platforms) {
    const mine = outcomes.filter((outcome) => outcome.platform === platform);
    const count = (wanted: string): number => mine.filter((outcome) => verdict(outcome) === wanted).length;
    const seconds = (mine.reduce((sum, { ms }) => sum + ms, 0) / 1000).toFixed(1);
    lines.push(`${platform}: ${count('pass')} of ${mine.length} pass, ${count('expected')} fail as expected, ${count('FAIL')} fail, ${count('PASSES NOW')} pass unexpectedly (${seconds} s)`);
  }
  return lines.join('\n');
}
