/**
 * Compares the sizes of what a browser downloads with `baseline.json`; they do not depend on the machine.
 *
 *     node bench/compare.ts [--results FILE] [--update]
 *
 * With the results of a bench its ratios are compared as well, within their tolerance. `--update` makes what was measured the baseline.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Figure } from './lib/figure.ts';
import { measureSizes, type Sizes } from './lib/sizes.ts';
import { withCleanup } from './lib/temporary.ts';

interface Baseline {
  sizes: Sizes;
  /** How much a size may grow, as a share of it. */
  sizeTolerance: number;
  /** Times better than the peer, by `row: label, against peer`. */
  ratios: Record<string, number>;
  /** How much a ratio may fall, as a share of it. */
  ratioTolerance: number;
}

interface Results {
  readonly rows: readonly { name: string; figures?: readonly Figure[] }[];
}

const { values } = parseArgs({ options: { update: { type: 'boolean', default: false }, results: { type: 'string' } } });
const file = new URL('baseline.json', import.meta.url);
const baseline = JSON.parse(await readFile(file, 'utf8')) as Baseline;
const sizes = await withCleanup(async ({ folder }) => measureSizes(await folder()));
const ratios = values.results === undefined ? undefined : ratiosOf(JSON.parse(await readFile(values.results, 'utf8')) as Results);

if (values.update) {
  const updated: Baseline = { ...baseline, sizes, ...(ratios === undefined ? {} : { ratios }) };
  await writeFile(file, `${JSON.stringify(updated, null, 2)}\n`);
} else {
  const worse = [...compareSizes(), ...compareRatios(ratios ?? {})];
  for (const line of worse) console.error(line);
  if (worse.length > 0) {
    console.error('if that is meant to be so, run it with --update');
    process.exitCode = 1;
  }
}

function compareSizes(): string[] {
  return (['engine', 'host', 'transpiler'] as const).flatMap((part) =>
    (['raw', 'gzip', 'brotli'] as const).flatMap((kind) => {
      const [before, now] = [baseline.sizes[part][kind], sizes[part][kind]];
      return now <= before * (1 + baseline.sizeTolerance) ? [] : [`${part} (${kind}) has grown from ${before} to ${now} bytes`];
    }),
  );
}

function compareRatios(measured: Readonly<Record<string, number>>): string[] {
  return Object.entries(measured).flatMap(([name, now]) => {
    const before = baseline.ratios[name];
    return before === undefined || now >= before * (1 - baseline.ratioTolerance) ? [] : [`${name} has fallen from ${before}x to ${now}x`];
  });
}

function ratiosOf({ rows }: Results): Record<string, number> {
  const named = rows.flatMap(({ name, figures = [] }) =>
    figures.flatMap(({ label, peer }) => (peer === undefined ? [] : [[`${name}: ${label}, against ${peer.label}`, Number(peer.ratio.toFixed(3))] as const])),
  );
  return Object.fromEntries(named);
}
