import { formatBytes, formatCount, formatMs } from '../format.ts';
import type { CallEvent, Failure } from '../run/protocol.ts';
import { byId, make } from './elements.ts';

const title = byId('answer-title', HTMLHeadingElement);
const head = byId('head', HTMLDivElement);
const chunks = byId('chunks', HTMLOListElement);
const failureLine = byId('failure', HTMLParagraphElement);

/** The most pieces shown one by one, and the longest text of one. */
const mostRows = 200;
const longestText = 4000;

/** What of an answer has come. */
export interface AnswerView {
  show(event: CallEvent): void;
  /** A sentence about all of it. */
  summary(totalMs: number): string;
}

/** Empties the place for answers, which comes into sight, and begins a new one. */
export function beginAnswer(from: string): AnswerView {
  let began = performance.now();
  const decoders = { body: new TextDecoder(), stdout: new TextDecoder(), stderr: new TextDecoder() };
  let rows = 0;
  let bytes = 0;
  let outcome = '';
  title.textContent = `Answer from ${from}`;
  clearAnswer();
  title.parentElement?.scrollIntoView({ block: 'nearest' });

  return {
    show(event) {
      if (event.type === 'head') {
        outcome = `status ${event.status}`;
        showHead(event.status, event.headers);
      } else if (event.type === 'step') {
        // Pieces are counted from when the component was asked, not from when it began to be prepared.
        began = performance.now();
      } else if (event.type === 'chunk') {
        bytes += event.bytes.length;
        const text = decoders[event.from].decode(event.bytes, { stream: true });
        if (++rows <= mostRows) addChunk(performance.now() - began, event.from, event.bytes.length, text);
        else if (rows === mostRows + 1) chunks.append(make('li', { className: 'note' }, 'More came than is shown here.'));
      } else if (event.type === 'trailers') head.append(fieldTable('Trailers', event.fields));
      else if (event.type === 'failed') showFailure(event.failure);
      else if (event.type === 'end' && event.exitCode !== undefined) {
        outcome = `exit code ${event.exitCode}`;
        showExit(event.exitCode);
      }
    },
    summary: (totalMs) => `${outcome === '' ? 'no answer' : outcome}, ${formatCount(rows, 'chunk')}, ${formatBytes(bytes)} in ${formatMs(totalMs)}`,
  };
}

/** Takes away what the last call left. */
export function clearAnswer(): void {
  head.replaceChildren();
  chunks.replaceChildren();
  head.hidden = chunks.hidden = failureLine.hidden = true;
}

/** The host's one line and its code. */
export function showFailure({ code, message }: Failure): void {
  failureLine.replaceChildren(make('code', {}, code), ` ${message}`);
  failureLine.hidden = false;
}

function showHead(status: number, fields: readonly (readonly [string, string])[]): void {
  const good = status < 400;
  head.replaceChildren(make('p', {}, make('span', { className: `badge ${good ? 'good' : 'bad'}` }, String(status))), fieldTable('Headers', fields));
  head.hidden = false;
}

function showExit(code: number): void {
  head.replaceChildren(make('p', {}, make('span', { className: `badge ${code === 0 ? 'good' : 'bad'}` }, `exit ${code}`)));
  head.hidden = false;
}

function fieldTable(label: string, fields: readonly (readonly [string, string])[]): HTMLElement {
  if (fields.length === 0) return make('p', { className: 'note' }, `No ${label.toLowerCase()}.`);
  const rows = fields.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]);
  return make('dl', { title: label, className: label.toLowerCase() }, ...rows);
}

function addChunk(ms: number, from: string, bytes: number, text: string): void {
  const shown = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
  const size = make('span', { className: 'size' }, from === 'stderr' ? `${formatBytes(bytes)} stderr` : formatBytes(bytes));
  chunks.append(
    make('li', { className: from, data: { ms: ms.toFixed(1) } }, make('span', { className: 'when' }, `+${formatMs(ms)}`), size, make('pre', {}, shown)),
  );
  chunks.hidden = false;
}
