import type { NotApplicable } from './not-applicable.ts';

/** What came out of one case. */
export interface Outcome {
  readonly name: string;
  readonly verdict: 'pass' | 'FAIL' | 'n/a' | 'PASSES NOW';
  /** Why it is not a pass. */
  readonly why: string | undefined;
}

/**
 * Compares what became of a case with what is known of it.
 * @param failure absent when it passed
 * @param log what was logged
 */
export function judge(known: readonly NotApplicable[], name: string, failure: string | undefined, log: readonly string[]): Outcome {
  const entry = known.find(({ cases }) => name.startsWith(cases));
  if (failure === undefined) return entry === undefined ? { name, verdict: 'pass', why: undefined } : { name, verdict: 'PASSES NOW', why: entry.reason };
  const asKnown = entry?.says !== undefined && [failure, ...log].some((text) => text.includes(entry.says as string));
  return asKnown ? { name, verdict: 'n/a', why: entry.reason } : { name, verdict: 'FAIL', why: failure };
}

/** Whether an outcome is not the expected one, in either direction. */
export function isUnexpected({ verdict }: Outcome): boolean {
  return verdict === 'FAIL' || verdict === 'PASSES NOW';
}

/** A row for each case, the reasons of all that are no passes, and a line of totals. */
export function formatTable(outcomes: readonly Outcome[]): string {
  const width = Math.max(...outcomes.map(({ name }) => name.length)) + 2;
  const rows = outcomes.map(({ name, verdict }) => `${name.padEnd(width)}${verdict}`);
  const groups = Map.groupBy(
    outcomes.filter(({ why }) => why !== undefined),
    ({ verdict, why }) => `${verdict}: ${why}`,
  );
  const reasons = [...groups].flatMap(([reason, group]) => [reason, `  ${group.map(({ name }) => name).join(', ')}`, '']);
  const count = (verdict: Outcome['verdict']): number => outcomes.filter((outcome) => outcome.verdict === verdict).length;
  const total = `${count('pass')} pass, ${count('FAIL')} fail, ${count('n/a')} not applicable, ${count('PASSES NOW')} pass unexpectedly`;
  return [...rows, '', ...reasons, total].join('\n');
}
