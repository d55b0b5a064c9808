import { WitError } from '../../engine/values.ts';
import type { FieldList } from '../../http/message.ts';

/** `wasi:http/types.header-error`; 0.2 has no `size-exceeded`. */
export type HeaderError = { tag: 'invalid-syntax' } | { tag: 'forbidden' } | { tag: 'immutable' } | { tag: 'size-exceeded' };

/** How many characters of names and values one `fields` may hold. */
export const maxFieldsSize = 131_072;

// RFC 9110, 5.6.2 (token) and 5.5 (field-value, spaces at its ends included).
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What belongs to the connection and is set by the host alone. Guests neither write these nor see them in what arrives. */
const forbiddenNames: ReadonlySet<string> = new Set([
  'connection',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** Whether the text is a token of RFC 9110: a field name or a method. */
export function isToken(text: string): boolean {
  return token.test(text);
}

/** Bytes as a byte string: one character for each byte. */
export function toByteString(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** A byte string's bytes. */
export function fromByteString(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** The fields of a message that arrived, without what belongs to its connection. */
export function visibleFields(list: FieldList): FieldList {
  return list.some(([name]) => forbiddenNames.has(name)) ? list.filter(([name]) => !forbiddenNames.has(name)) : list;
}

/** The values of one field in a list. */
export function valuesOf(list: FieldList, name: string): string[] {
  const values: string[] = [];
  for (const [candidate, value] of list) if (candidate === name) values.push(value);
  return values;
}

/**
 * What the `fields` resources of both versions share. Names are kept in lower case, entries in order; a list that was handed to a
 * message is immutable from then on, and so is shared instead of copied.
 */
export class FieldsBase {
  #list: FieldList;
  #size = 0;
  #immutable: boolean;

  constructor(list: FieldList = [], immutable = false) {
    this.#list = list;
    this.#immutable = immutable;
    if (!immutable) for (const [name, value] of list) this.#size += name.length + value.length;
  }

  /** The entries, for a message: from here on this resource cannot be changed. */
  freeze(): FieldList {
    this.#immutable = true;
    return this.#list;
  }

  /** The entries as WIT has them. */
  protected entryList(): [string, Uint8Array][] {
    return this.#list.map(([name, value]) => [name, fromByteString(value)]);
  }

  /** A copy of the entries, for a resource that may be changed. */
  protected copyList(): FieldList {
    return [...this.#list];
  }

  /** What is thrown when {@link maxFieldsSize} is passed. */
  protected sizeError(): unknown {
    return new WitError<HeaderError>({ tag: 'size-exceeded' });
  }

  /** Adds what `from-list` was given. */
  protected appendAll(entries: readonly (readonly [string, Uint8Array])[]): void {
    for (const [name, value] of entries) this.append(name, value);
  }

  /** `get: func(name: field-name) -> list<field-value>` */
  get(name: string): Uint8Array[] {
    return token.test(name) ? valuesOf(this.#list, name.toLowerCase()).map(fromByteString) : [];
  }

  /** `has: func(name: field-name) -> bool` */
  has(name: string): boolean {
    if (!token.test(name)) return false;
    const wanted = name.toLowerCase();
    return this.#list.some(([candidate]) => candidate === wanted);
  }

  /** `set: func(name: field-name, value: list<field-value>) -> result<_, header-error>` */
  set(name: string, values: readonly Uint8Array[]): void {
    const key = this.#writable(name);
    const texts = values.map(checkValue);
    this.#remove(key);
    for (const text of texts) this.#add(key, text);
  }

  /** `delete: func(name: field-name) -> result<_, header-error>` */
  delete(name: string): void {
    this.#remove(this.#writable(name));
  }

  /** `append: func(name: field-name, value: field-value) -> result<_, header-error>` */
  append(name: string, value: Uint8Array): void {
    const key = this.#writable(name);
    this.#add(key, checkValue(value));
  }

  #add(key: string, text: string): void {
    const size = this.#size + key.length + text.length;
    if (size > maxFieldsSize) throw this.sizeError();
    this.#size = size;
    this.#list.push([key, text]);
  }

  #remove(key: string): void {
    this.#list = this.#list.filter(([name, value]) => {
      if (name !== key) return true;
      this.#size -= name.length + value.length;
      return false;
    });
  }

  #writable(name: string): string {
    if (!token.test(name)) throw new WitError<HeaderError>({ tag: 'invalid-syntax' });
    const key = name.toLowerCase();
    if (forbiddenNames.has(key)) throw new WitError<HeaderError>({ tag: 'forbidden' });
    if (this.#immutable) throw new WitError<HeaderError>({ tag: 'immutable' });
    return key;
  }
}

function checkValue(bytes: Uint8Array): string {
  const text = toByteString(bytes);
  if (!fieldValue.test(text)) throw new WitError<HeaderError>({ tag: 'invalid-syntax' });
  return text;
}
