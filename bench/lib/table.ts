import type { Figure } from './figure.ts';

/** The figures of a row as lines of text. */
export function formatFigures(figures: readonly Figure[]): string {
  const cells = figures.map(cellsOf);
  const header = ['what', 'hostling', 'p50 / p99', 'peer', 'p50 / p99', 'ratio (pairs)', 'goal', ''];
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)));
  const line = (values: readonly string[]): string =>
    values
      .map((value, column) => value.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = cells.flatMap((values, index) => {
    const { peer, note } = figures[index] ?? {};
    const below = [peer === undefined ? undefined : `peer: ${peer.label}`, note].filter((text) => text !== undefined);
    return [line(values), ...below.map((text) => `    ${text}`)];
  });
  return [line(header), ...lines].join('\n');
}

function cellsOf(figure: Figure): string[] {
  const { label, value, unit, peer, goal } = figure;
  const pairs =
    peer === undefined ? '' : `${factor(peer.ratio)} (${factor(Math.min(...peer.ratios))} to ${factor(Math.max(...peer.ratios))}, ${peer.ratios.length})`;
  return [
    label,
    `${number(value)} ${unit}`,
    spread(figure),
    peer === undefined ? '' : `${number(peer.value)} ${unit}`,
    peer === undefined ? '' : spread(peer),
    pairs,
    goal?.text ?? '',
    goal === undefined ? '' : goal.met ? 'met' : 'NOT MET',
  ];
}

function spread({ p50Ms, p99Ms, cpuMs }: { p50Ms?: number; p99Ms?: number; cpuMs?: number }): string {
  const latency = p50Ms === undefined || p99Ms === undefined ? [] : [`${time(p50Ms)} / ${time(p99Ms)}`];
  return [...latency, ...(cpuMs === undefined ? [] : [`CPU ${time(cpuMs)}`])].join(', ');
}

function time(ms: number): string {
  return ms < 0.1 ? `${number(ms * 1000)} µs` : `${number(ms)} ms`;
}

function factor(ratio: number): string {
  return `${number(ratio)}x`;
}

/** Three digits that count. */
function number(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toFixed(digits);
}
