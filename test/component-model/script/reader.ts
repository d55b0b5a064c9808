/** A piece of a script: a list in parentheses, a string, or any other token. `start` and `end` are offsets into the text. */
export type Node = ListNode | StringNode | AtomNode;

interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ListNode extends Span {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

/** A string with its escapes resolved. Bytes, because `\ff` need not be UTF-8. */
export interface StringNode extends Span {
  readonly kind: 'string';
  readonly bytes: Uint8Array;
}

export interface AtomNode extends Span {
  readonly kind: 'atom';
  readonly text: string;
}

const simpleEscapes: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, '"': 34, "'": 39, '\\': 92 };
const encoder = new TextEncoder();

/**
 * Reads a script: the lists at its top, in order.
 * @throws SyntaxError with the line
 */
export function readScript(text: string): ListNode[] {
  const lists: ListNode[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    if (text[at] !== '(') throw fail(text, at, 'a list is expected');
    const list = readList(text, at);
    lists.push(list);
    at = skipSpace(text, list.end);
  }
  return lists;
}

/** The line, from 1, that an offset lies in. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** The atom's text, if it is one. */
export function atomOf(node: Node | undefined): string | undefined {
  return node?.kind === 'atom' ? node.text : undefined;
}

/** The first atom of a list, which says what it is. */
export function headOf(node: Node | undefined): string | undefined {
  return node?.kind === 'list' ? atomOf(node.items[0]) : undefined;
}

function readList(text: string, start: number): ListNode {
  const items: Node[] = [];
  let at = skipSpace(text, start + 1);
  while (text[at] !== ')') {
    if (at >= text.length) throw fail(text, start, 'the list is not closed');
    const item = text[at] === '(' ? readList(text, at) : text[at] === '"' ? readString(text, at) : readAtom(text, at);
    items.push(item);
    at = skipSpace(text, item.end);
  }
  return { kind: 'list', items, start, end: at + 1 };
}

function readAtom(text: string, start: number): AtomNode {
  let end = start;
  while (end < text.length && !' \t\r\n()";'.includes(text[end] as string)) end++;
  if (end === start) throw fail(text, start, `a stray ${JSON.stringify(text[start])}`);
  return { kind: 'atom', text: text.slice(start, end), start, end };
}

function readString(text: string, start: number): StringNode {
  const bytes: number[] = [];
  let at = start + 1;
  while (text[at] !== '"') {
    if (at >= text.length) throw fail(text, start, 'the string is not closed');
    if (text[at] !== '\\') {
      const run = /[^"\\]+/y;
      run.lastIndex = at;
      const plain = run.exec(text)?.[0] ?? '';
      for (const byte of encoder.encode(plain)) bytes.push(byte);
      at += plain.length;
      continue;
    }
    at = readEscape(text, at, bytes);
  }
  return { kind: 'string', bytes: Uint8Array.from(bytes), start, end: at + 1 };
}

/** Appends what the escape at `at` stands for and says where it ends. */
function readEscape(text: string, at: number, bytes: number[]): number {
  const letter = text[at + 1] ?? '';
  const simple = simpleEscapes[letter];
  if (simple !== undefined) {
    bytes.push(simple);
    return at + 2;
  }
  if (letter === 'u') {
    const code = /^\{([\da-fA-F_]+)\}/.exec(text.slice(at + 2, at + 16));
    if (code === null) throw fail(text, at, 'a malformed \\u escape');
    bytes.push(...encoder.encode(String.fromCodePoint(Number.parseInt((code[1] ?? '').replaceAll('_', ''), 16))));
    return at + 2 + code[0].length;
  }
  const hex = text.slice(at + 1, at + 3);
  if (!/^[\da-fA-F]{2}$/.test(hex)) throw fail(text, at, 'an unknown escape');
  bytes.push(Number.parseInt(hex, 16));
  return at + 3;
}

/** Passes blanks, line comments and block comments, which nest. */
function skipSpace(text: string, start: number): number {
  let at = start;
  for (;;) {
    if (' \t\r\n'.includes(text[at] ?? 'x')) at++;
    else if (text.startsWith(';;', at)) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (text.startsWith('(;', at)) at = skipBlock(text, at);
    else return at;
  }
}

function skipBlock(text: string, start: number): number {
  let depth = 1;
  let at = start + 2;
  while (depth > 0) {
    if (at >= text.length) throw fail(text, start, 'the comment is not closed');
    if (text.startsWith('(;', at)) depth++;
    else if (text.startsWith(';)', at)) depth--;
    else {
      at++;
      continue;
    }
    at += 2;
  }
  return at;
}

function fail(text: string, at: number, why: string): SyntaxError {
  return new SyntaxError(`line ${lineOf(text, at)}: ${why}`);
}
