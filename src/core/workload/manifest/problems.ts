import { HostlingError } from '../../errors.ts';

/** A value of a manifest, where it is, and where to note what is wrong with it. */
export interface Place {
  readonly value: unknown;
  /** From the document's root, as `spec.components[1].image`; empty for the root itself. */
  readonly path: string;
  /** Which document it is in, where that is not the workload's. */
  readonly document?: string;
  /** Lines, each of them one problem. */
  readonly problems: string[];
}

/** How many problems are told at once. */
const most = 100;

/** Notes what a place breaks, and what is found there: `must be …`. Texts are quoted, so nothing that may be a secret comes here. */
export function refuse(at: Place, rule: string): void {
  note(at, `${rule} (it is ${found(at.value)})`);
}

/** As {@link refuse}, but of what is found only its kind is told. */
export function refuseSecret(at: Place, rule: string): void {
  note(at, `${rule} (it is ${kindOf(at.value)})`);
}

/** Notes what is wrong with a place, as the rest of a sentence that begins with its path. */
export function note({ path, document, problems }: Place, sentence: string): void {
  const inDocument = document === undefined ? '' : `${document}${path === '' ? '' : ': '}`;
  problems.push(path === '' ? `${inDocument || 'the manifest'} ${sentence}` : `${inDocument}${path}: ${sentence}`);
}

/** The error of all that was noted, under a heading. */
export function manifestError(problems: readonly string[], heading = 'the manifest is invalid'): HostlingError {
  const left = problems.length - most;
  const lines = left > 0 ? [...problems.slice(0, most), `and ${left} more`] : problems;
  return new HostlingError('manifest-invalid', `${heading}:\n${lines.join('\n')}`);
}

/** The place of a field. Its name may be an assignment by mistake, whose value is nobody's business. */
export function fieldOf(at: Place, name: string, value: unknown): Place {
  const step = /^[A-Za-z_][\w-]*$/.test(name) ? (at.path === '' ? name : `.${name}`) : `[${quoted(name.replace(/=.+$/s, '=…'))}]`;
  return { ...at, path: `${at.path}${step}`, value };
}

/** The place of an item of a list. */
export function itemOf(at: Place, index: number, value: unknown): Place {
  return { ...at, path: `${at.path}[${index}]`, value };
}

/** A text in quotes, on one line and not too long of it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

function found(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return kindOf(value);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}
