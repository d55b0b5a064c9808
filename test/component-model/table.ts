import type { JudgedFile, JudgedResult } from './expectations.ts';

const columns = ['passed', 'failed', 'expected', 'gated', 'unparsed', 'skipped'] as const;
type Column = (typeof columns)[number];
type Counts = Record<Column, number>;

/** Every command is in one column: `failed` are those that nobody expected, `gated` failures of components with features that hostling has not. */
function columnOf({ status, unexpected, expected, gated }: JudgedResult): Column {
  if (status !== 'failed') return status;
  if (unexpected) return 'failed';
  return expected === undefined && gated ? 'gated' : 'expected';
}

function count(files: readonly JudgedFile[]): Counts {
  const counts = Object.fromEntries(columns.map((column) => [column, 0])) as Counts;
  for (const { results } of files) for (const result of results) counts[columnOf(result)]++;
  return counts;
}

/** Numbers for each file, each folder and all. */
export function formatTable(files: readonly JudgedFile[]): string {
  const folders = Map.groupBy(files, ({ name }) => name.split('/').slice(0, -1).join('/') || '.');
  const width = Math.max(...files.map(({ name }) => name.length), 20);
  const row = (name: string, counts: Counts): string => `${name.padEnd(width)} ${columns.map((column) => String(counts[column] || '.').padStart(9)).join('')}`;
  const lines = [`${''.padEnd(width)} ${columns.map((column) => column.padStart(9)).join('')}`];
  for (const [folder, members] of folders) {
    for (const file of members) lines.push(row(file.name, count([file])));
    lines.push(row(`= ${folder}/`, count(members)), '');
  }
  lines.push('folders');
  for (const [folder, members] of folders) lines.push(row(`${folder}/`, count(members)));
  lines.push(row('all', count(files)));
  return lines.join('\n');
}

/** What went otherwise than expected; with `all`, each command that did not pass. */
export function formatFailures(files: readonly JudgedFile[], all: boolean): string {
  const lines: string[] = [];
  for (const { name, results, stale } of files) {
    for (const result of results) {
      if (result.unexpected || (all && result.status !== 'passed')) lines.push(formatResult(name, result));
    }
    for (const text of stale) lines.push(`${name}: ${text}`);
  }
  return lines.join('\n');
}

function formatResult(name: string, { line, kind, status, why, expected, gates, unexpected }: JudgedResult): string {
  const about = [expected === undefined ? '' : `expected (${expected})`, gates.length === 0 ? '' : `uses ${gates.join(', ')}`]
    .filter((text) => text !== '')
    .join('; ');
  const what = status === 'passed' && unexpected ? 'passed unexpectedly' : status;
  return `${name}:${line} ${kind} ${what}${why === undefined ? '' : `: ${why}`}${about === '' ? '' : ` [${about}]`}`;
}

/** How often each reason for not passing occurs, the most frequent first. */
export function formatReasons(files: readonly JudgedFile[]): string {
  const reasons = new Map<string, number>();
  for (const { why, status } of files.flatMap(({ results }) => results)) {
    if (status === 'passed') continue;
    const general = `${status}: ${(why ?? '').split('\n', 1)[0]?.replaceAll(/\d+/g, 'N').slice(0, 150)}`;
    reasons.set(general, (reasons.get(general) ?? 0) + 1);
  }
  const sorted = [...reasons].toSorted(([, a], [, b]) => b - a);
  return sorted.map(([reason, times]) => `${String(times).padStart(6)}  ${reason}`).join('\n');
}
