import type { Cursor } from './cursor.ts';

/** The name of an import or export with its attributes (`nameattributes`). */
export interface ExternName {
  readonly at: number;
  readonly name: string;
  /** The interface that an instance with a plain name implements. */
  readonly implements?: string;
  readonly versionSuffix?: string;
  readonly externalId?: string;
}

const attributes = ['implements', 'versionSuffix', 'externalId'] as const;

/** Reads a name in any of its three forms; two of them mean the same. */
export function externName(cursor: Cursor): ExternName {
  const at = cursor.at;
  const form = cursor.u8('form of a name');
  if (form > 2) return cursor.fail('form of a name, 0 to 2', at);
  const name = cursor.name('a name');
  if (form < 2) return { at, name };
  const found: { implements?: string; versionSuffix?: string; externalId?: string } = {};
  cursor.vec('attribute', () => {
    const attribute = attributes[cursor.u8('kind of attribute')] ?? cursor.fail('kind of attribute, 0 to 2', cursor.at - 1);
    if (found[attribute] !== undefined) cursor.fail('each kind of attribute at most once', cursor.at - 1);
    found[attribute] = cursor.name('an attribute');
  });
  return { at, name, ...found };
}
