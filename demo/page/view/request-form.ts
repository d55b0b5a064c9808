import type { Call } from '../run/protocol.ts';
import type { Example } from '../samples.ts';
import { byId, make } from './elements.ts';

const http = byId('http-fields', HTMLDivElement);
const command = byId('command-fields', HTMLDivElement);
const examples = byId('examples', HTMLDivElement);
const method = byId('method', HTMLSelectElement);
const path = byId('path', HTMLInputElement);
const headers = byId('headers', HTMLTextAreaElement);
const body = byId('body', HTMLTextAreaElement);
const args = byId('args', HTMLInputElement);
const stdin = byId('stdin', HTMLTextAreaElement);

method.addEventListener('change', () => allowBody());

/** A field does not fit; its text says how it has to be. */
export class FieldError extends Error {
  constructor(field: HTMLElement, message: string) {
    super(message);
    this.name = 'FieldError';
    field.focus();
  }
}

/** Shows the fields of one kind of call. */
export function showFields(kind: Call['kind']): void {
  http.hidden = kind !== 'http';
  command.hidden = kind !== 'command';
}

/** Offers ready-made calls; the first one fills the fields. */
export function showExamples(list: readonly Example[]): void {
  examples.replaceChildren(
    ...list.map((example) => {
      const button = make('button', { className: 'chip' }, example.label);
      button.type = 'button';
      button.addEventListener('click', () => fill(example));
      return button;
    }),
  );
  examples.hidden = list.length === 0;
  fill(list[0] ?? { label: '' });
}

function fill(example: Example): void {
  method.value = example.method ?? 'GET';
  path.value = example.path ?? '/';
  headers.value = example.headers ?? '';
  body.value = example.body ?? '';
  args.value = example.args ?? '';
  stdin.value = example.stdin ?? '';
  allowBody();
}

/** Browsers send no body with these methods. */
function allowBody(): void {
  body.disabled = method.value === 'GET' || method.value === 'HEAD';
}

/**
 * The call as the fields have it.
 * @throws FieldError
 */
export function readCall(kind: Call['kind']): Call {
  if (kind === 'command') return { kind, args: splitArguments(args.value), stdin: stdin.value };
  if (!path.value.startsWith('/')) throw new FieldError(path, 'The path has to begin with a slash.');
  const url = new URL(path.value, 'http://x');
  return { kind, method: method.value, path: `${url.pathname}${url.search}`, headers: splitHeaders(headers.value), body: body.disabled ? '' : body.value };
}

/** Parts at spaces; quotes keep a part together. */
function splitArguments(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
}

function splitHeaders(text: string): [string, string][] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name, value] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
      if (name === undefined || value === undefined || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
        throw new FieldError(headers, `"${line.trim()}" is no header: write name: value, one a line.`);
      return [name.toLowerCase(), value];
    });
}
