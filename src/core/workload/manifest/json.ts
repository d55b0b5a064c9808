import { manifestError } from './problems.ts';

/** How deep values may be nested; nothing that is meant for this host comes near. */
const deepest = 100;

/**
 * Reads JSON (RFC 8259) as `JSON.parse` does, but says where it is wrong in every runtime, repeats nothing of it, and refuses fields that are there
 * twice.
 * @throws HostlingError `manifest-invalid` with line and column
 */
export function parseJson(text: string): unknown {
  let at = 0;
  const skip = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    at += match?.length ?? 0;
    return match;
  };
  const skipBlank = (): void => void skip(/[ \t\n\r]*/y);
  const fail = (what: string, where = at): never => {
    throw manifestError([`${describePosition(text, where)}: ${what}`]);
  };
  const take = (character: string): boolean => {
    skipBlank();
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  const value = (depth: number): unknown => {
    if (depth > deepest) fail(`values are nested more than ${deepest} deep`);
    if (take('{')) return object(depth);
    if (take('[')) return list(depth);
    const word = skip(/"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
    return word === undefined ? fail('a value is expected') : (JSON.parse(word) as unknown);
  };
  const object = (depth: number): unknown => {
    const fields = new Map<string, unknown>();
    if (take('}')) return {};
    do {
      skipBlank();
      const start = at;
      if (text[at] !== '"') fail('a field name in quotes is expected');
      const name = String(value(depth + 1));
      if (fields.has(name)) fail('a field is there twice', start);
      if (!take(':')) fail("':' is expected");
      fields.set(name, value(depth + 1));
    } while (take(','));
    if (!take('}')) fail("',' or '}' is expected");
    return Object.fromEntries(fields);
  };
  const list = (depth: number): unknown => {
    const items: unknown[] = [];
    if (take(']')) return items;
    do items.push(value(depth + 1));
    while (take(','));
    if (!take(']')) fail("',' or ']' is expected");
    return items;
  };
  const whole = value(0);
  skipBlank();
  if (at < text.length) fail('the end is expected');
  return whole;
}

/** A position of a text as people count it. */
function describePosition(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
