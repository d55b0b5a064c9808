import type { LogLine } from '../run/protocol.ts';
import { byId, make } from './elements.ts';

const list = byId('log', HTMLOListElement);
const count = byId('log-count', HTMLSpanElement);
const panel = byId('log-panel', HTMLDetailsElement);

/** The most lines kept. */
const mostLines = 200;

let lines = 0;

/** Adds a line of the host's log; the first failure opens the panel. */
export function addLogLine({ level, text }: LogLine): void {
  const time = new Date().toTimeString().slice(0, 8);
  const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
  list.append(make('li', { className: level }, make('time', {}, time), ' ', make('b', {}, level), ' ', text));
  if (list.childElementCount > mostLines) list.firstElementChild?.remove();
  count.textContent = String(++lines);
  if (level === 'error') panel.open = true;
  if (atEnd) list.scrollTop = list.scrollHeight;
}
