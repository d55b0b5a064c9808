import { readFile } from 'node:fs/promises';
import type { Result } from './execute.ts';

/** A named failure that is expected. */
export interface ExpectedFailure {
  readonly file: string;
  /** Each of them fails. Absent: any may, and at least one does. */
  readonly lines?: readonly number[];
  /** Engines it holds for; absent: all. */
  readonly engines?: readonly string[];
  /** `parser`: the text parser refuses the component. `outdated`: the suite's revision tests what the component model has changed since. */
  readonly category: string;
  readonly reason: string;
}

/** What is expected not to pass. */
export interface Expectations {
  /** Features that an engine need not have, and why. */
  readonly features: Readonly<Record<string, string>>;
  /** Those of them that hostling has not: commands whose component makes use of one may pass or fail. */
  readonly missing: readonly string[];
  readonly failures: readonly ExpectedFailure[];
}

/** Reads the file beside this one. */
export async function readExpectations(): Promise<Expectations> {
  return JSON.parse(await readFile(new URL('expectations.json', import.meta.url), 'utf8')) as Expectations;
}

/** A result with what was expected of it. */
export interface JudgedResult extends Result {
  /** Why its failure is expected, if it is. */
  readonly expected?: string;
  /** The component makes use of a feature that hostling has not. */
  readonly gated: boolean;
  readonly unexpected: boolean;
}

/** One file's results, judged. */
export interface JudgedFile {
  readonly name: string;
  readonly results: readonly JudgedResult[];
  /** Expected failures of which none happened. */
  readonly stale: readonly string[];
}

/** Holds a file's results against what is expected of them. */
export function judge(name: string, results: readonly Result[], engine: string, { missing, failures }: Expectations): JudgedFile {
  const relevant = failures.filter(({ file, engines }) => file === name && (engines?.includes(engine) ?? true));
  const judged = results.map((result): JudgedResult => {
    const gated = result.gates.some((gate) => missing.includes(gate));
    const entry = relevant.find(({ lines }) => lines === undefined || lines.includes(result.line));
    const bad = isBad(result);
    const unexpected = bad ? entry === undefined && !gated : entry?.lines !== undefined && result.status === 'passed';
    return { ...result, gated, unexpected, ...(entry === undefined ? {} : { expected: `${entry.category}: ${entry.reason}` }) };
  });
  const stale = relevant
    .filter(({ lines }) => lines === undefined && results.length > 0 && !results.some(isBad))
    .map(({ reason }) => `nothing fails any more: ${reason}`);
  const absent = relevant.flatMap(({ lines = [] }) =>
    lines.filter((line) => !results.some((result) => result.line === line)).map((line) => `there is no command at line ${line}`),
  );
  return { name, results: judged, stale: [...stale, ...absent] };
}

function isBad({ status }: Result): boolean {
  return status === 'failed' || status === 'unparsed';
}

/** Whether a run of these files is a failure. */
export function isUnexpected({ results, stale }: JudgedFile): boolean {
  return stale.length > 0 || results.some(({ unexpected }) => unexpected);
}
