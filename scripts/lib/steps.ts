/** One part of a longer work; it fails by throwing, and what it answers is added to its line. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<string | void>;
}

/** How steps are told about. */
export type Report = 'always' | 'on-terminal';

/** Does one step and writes a line about it; a failure is always told, with its reason. Answers whether it succeeded. */
export async function runStep({ name, run }: Step, report: Report = 'always'): Promise<boolean> {
  const started = performance.now();
  const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  try {
    const note = await run();
    if (report === 'always' || process.stdout.isTTY) console.log(`ok    ${name.padEnd(22)} ${seconds()}${note ? `  ${note}` : ''}`);
    return true;
  } catch (failure) {
    console.error(`FAIL  ${name.padEnd(22)} ${seconds()}`);
    console.error(indent(failure instanceof Error ? failure.message : String(failure)));
    return false;
  }
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '      ');
}
