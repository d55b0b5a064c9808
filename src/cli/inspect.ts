import { Command } from 'commander';
import { addCommonOptions, type CommonOptions, type Start } from './options.ts';
import { type Report, reportOn } from './report.ts';

const help = `
Says also what this host would refuse; that is no failure, the exit code is 0.
With --verbose the plan follows: all that hostling's engine links, makes, lowers and lifts.

Example:
  hostling inspect hello.wasm
  hostling inspect --verbose hello.wasm
  hostling inspect --json hello.wasm | jq -r '.imports[] | select(.served | not).name'`;

/** `hostling inspect` */
export function inspectCommand(start: Start): Command {
  const command = new Command('inspect')
    .description('show what a component is, imports and exports, and what of it this host serves')
    .argument('<component>', 'path or http(s) address of a component, or of a WASI Preview 1 module')
    .option('--json', 'print JSON, with the names of all functions')
    .action((component: string, options: { json?: boolean }, self: Command) => start(component, self, (common) => inspect(component, options, common)));
  return addCommonOptions(command, 'show the plan too, and the stack and the causes of an error').addHelpText('after', help);
}

async function inspect(component: string, { json = false }: { json?: boolean }, common: CommonOptions): Promise<number> {
  const report = await reportOn(component, common);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${toText(report)}${await planText(report)}`);
  return 0;
}

async function planText({ plan, noPlan }: Report): Promise<string> {
  if (plan === undefined) return noPlan === undefined ? '' : `plan: none, ${noPlan}\n`;
  const { printPlan } = await import('../core/engine/plan/print.ts');
  return `plan\n${printPlan(plan).replace(/^/gm, '  ')}\n`;
}

/** A longer list of functions is counted instead. */
const shownFunctions = 4;

function toText({ component, kinds, digest, size, imports, exports }: Report): string {
  const refused = imports.filter(({ served }) => !served).length;
  const width = Math.max(0, ...[...imports, ...exports].map(({ name }) => name.length));
  const functionsOf = ({ functions }: Report['exports'][number]): string =>
    functions.length > shownFunctions ? `${functions.length} functions` : functions.map(({ name }) => name).join(', ');
  const row = (name: string, ...rest: string[]): string => `  ${name.padEnd(width)}  ${rest.join('  ')}`.trimEnd();
  const verdict =
    imports.length === 0 ? 'needs nothing' : refused === 0 ? 'all imports are served' : `refused: ${refused} of ${imports.length} imports not served`;
  return [
    component,
    `  kind    ${kinds.join('; ')}`,
    `  size    ${size} bytes`,
    `  digest  sha256:${digest}`,
    `  here    ${verdict}`,
    '',
    `imports${imports.length === 0 ? ': none' : ''}`,
    ...imports.map((item) => row(item.name, item.served ? 'served ' : 'REFUSED', item.problem ?? functionsOf(item))),
    `exports${exports.length === 0 ? ': none' : ''}`,
    ...exports.map((item) => row(item.name, functionsOf(item))),
    '',
  ].join('\n');
}
