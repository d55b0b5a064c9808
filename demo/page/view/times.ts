import { formatMs } from '../format.ts';
import type { CallTimes, StartTimes } from '../run/recording.ts';
import { byId, make } from './elements.ts';

const section = byId('times', HTMLElement);
const bars = byId('bars', HTMLDivElement);
const tableHead = byId('times-head', HTMLTableSectionElement);
const tableBody = byId('times-body', HTMLTableSectionElement);

/** What one place took. */
export interface PlaceTimes {
  /** `Worker`, `Page`, `Node` */
  readonly place: string;
  readonly start?: StartTimes | undefined;
  /** Whether the start was another call's, or the server's own. */
  readonly startedEarlier: boolean;
  readonly call?: CallTimes | undefined;
}

/** Shows the places side by side; without any the section goes away. */
export function showTimes(places: readonly PlaceTimes[], kind: 'http' | 'command'): void {
  section.hidden = places.length === 0;
  if (section.hidden) return;
  const starts = places.map(({ place, start }) => ({ place, parts: start === undefined ? [] : startParts(start), ticks: [] as number[] }));
  const calls = places.map(({ place, call }) => ({ place, parts: call === undefined ? [] : callParts(call), ticks: call?.chunks ?? [] }));
  bars.replaceChildren(picture('Start, once', starts), picture(kind === 'http' ? 'Request' : 'Run', calls), legend());
  showTable(places, kind);
}

interface Part {
  readonly kind: 'load' | 'prepare' | 'start' | 'wait' | 'receive';
  readonly ms: number;
}

const names: Readonly<Record<Part['kind'], string>> = {
  load: 'loading',
  prepare: 'preparing',
  start: 'starting',
  wait: 'until the first byte',
  receive: 'receiving',
};

function startParts({ loadMs, prepareMs, startMs = 0 }: StartTimes): Part[] {
  return [
    { kind: 'load', ms: loadMs },
    { kind: 'prepare', ms: prepareMs },
    { kind: 'start', ms: startMs },
  ];
}

function callParts({ firstMs, totalMs }: CallTimes): Part[] {
  const total = totalMs ?? firstMs ?? 0;
  const first = firstMs ?? total;
  return [
    { kind: 'wait', ms: first },
    { kind: 'receive', ms: total - first },
  ];
}

/** One bar a place, all to the same scale; a tick for each piece of an answer. */
function picture(label: string, rows: readonly { place: string; parts: readonly Part[]; ticks: readonly number[] }[]): HTMLElement {
  const totals = rows.map(({ parts }) => parts.reduce((sum, { ms }) => sum + ms, 0));
  const longest = Math.max(...totals, 0.1);
  const lines = rows.map(({ place, parts, ticks }, index) => {
    const bar = make('span', { className: 'bar' });
    for (const { kind, ms } of parts) {
      const piece = make('span', { className: `part ${kind}`, title: `${names[kind]} ${formatMs(ms)}` });
      piece.style.width = `${(100 * ms) / longest}%`;
      bar.append(piece);
    }
    for (const at of ticks.slice(0, 200)) {
      const tick = make('span', { className: 'tick' });
      tick.style.left = `${Math.min(100, (100 * at) / longest)}%`;
      bar.append(tick);
    }
    return make(
      'div',
      { className: 'row' },
      make('span', {}, place),
      bar,
      make('span', { className: 'sum' }, parts.length === 0 ? '' : formatMs(totals[index]!)),
    );
  });
  return make('div', { className: 'picture' }, make('h3', {}, label), ...lines);
}

function legend(): HTMLElement {
  return make('p', { className: 'legend' }, ...Object.entries(names).map(([kind, name]) => make('span', {}, make('i', { className: `part ${kind}` }), name)));
}

function showTable(places: readonly PlaceTimes[], kind: 'http' | 'command'): void {
  const time = (ms: number | undefined): string => (ms === undefined ? '–' : formatMs(ms));
  const rows: [string, (place: PlaceTimes) => string][] = [
    ['Loading', ({ start }) => time(start?.loadMs)],
    ['Preparing', ({ start }) => (start === undefined ? '–' : `${formatMs(start.prepareMs)}${start.cached ? ', cached' : ''}`)],
    ...(kind === 'http'
      ? [['Starting', ({ start, startedEarlier }) => `${time(start?.startMs)}${startedEarlier ? ', earlier' : ''}`] as [string, (place: PlaceTimes) => string]]
      : []),
    [kind === 'http' ? 'First byte' : 'First output', ({ call }) => time(call?.firstMs)],
    ['Total', ({ call }) => time(call?.totalMs)],
  ];
  tableHead.replaceChildren(make('tr', {}, make('th', {}, ''), ...places.map(({ place }) => heading('col', place))));
  tableBody.replaceChildren(...rows.map(([label, cell]) => make('tr', {}, heading('row', label), ...places.map((place) => make('td', {}, cell(place))))));
}

function heading(scope: 'row' | 'col', text: string): HTMLElement {
  const cell = make('th', {}, text);
  cell.scope = scope;
  return cell;
}
