import type { Figure, Row } from '../lib/figure.ts';
import { buildPage, type Size } from '../lib/page-build.ts';
import { withCleanup } from '../lib/temporary.ts';

/** What a browser downloads, built as an application would build it. */
export const row: Row = {
  name: 'size',
  about: 'download of a page with a host, and of the transpiler it loads for the first component',

  async measure() {
    const { host, transpiler } = await withCleanup(async ({ folder }) => buildPage(await folder()));
    return [figure('host without the transpiler, gzip', host, 90), figure('transpiler, loaded lazily, gzip', transpiler, 1400)];
  },
};

function figure(label: string, { raw, gzip, brotli }: Size, limitKb: number): Figure {
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} KB`;
  return {
    label,
    unit: 'KB',
    value: gzip / 1000,
    goal: { text: `<= ${limitKb} KB`, met: gzip <= limitKb * 1000 },
    note: `${kilobytes(raw)} as built, ${kilobytes(brotli)} with brotli`,
  };
}
