import type { Figure, Row } from '../lib/figure.ts';
import { measureSizes, type Size } from '../lib/sizes.ts';
import { withCleanup } from '../lib/temporary.ts';

/** What a browser downloads, built as an application would build it. */
export const row: Row = {
  name: 'size',
  about: 'download of a page with a host, of the engine in it, and of the transpiler that loads when jco is asked for',

  parts: () => [
    {
      name: 'download',
      async measure() {
        const { runner, host, engine, transpiler } = await withCleanup(async ({ folder }) => measureSizes(await folder()));
        return [
          figure('the engine alone, gzip', engine, 45),
          figure('the host without the transpiler, gzip', host, 120),
          figure('of it what components that were prepared before need, gzip', runner),
          figure('the transpiler, loaded lazily, gzip', transpiler, 1400),
        ];
      },
    },
  ],
};

function figure(label: string, { raw, gzip, brotli }: Size, limitKb?: number): Figure {
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} KB`;
  return {
    label,
    unit: 'KB',
    value: gzip / 1000,
    ...(limitKb !== undefined && { goal: { text: `<= ${limitKb} KB`, met: gzip <= limitKb * 1000 } }),
    note: `${kilobytes(raw)} as built, ${kilobytes(brotli)} with brotli`,
  };
}
