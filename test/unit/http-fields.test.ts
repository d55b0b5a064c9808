import { describe, expect, test } from 'vitest';
import { WitError } from '../../src/core/engine/values.ts';
import { maxFieldsSize } from '../../src/core/wasi/http/fields.ts';
import { RequestTarget } from '../../src/core/wasi/http/target.ts';
import { Fields as FieldsP2 } from '../../src/core/wasi/p2/http-fields.ts';
import { Fields } from '../../src/core/wasi/p3/http-fields.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** The payload of the WIT error that the call throws. */
function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (failure) {
    if (failure instanceof WitError) return failure.payload;
    throw failure;
  }
  throw new Error('nothing was thrown');
}

describe.each([
  ['0.3', Fields],
  ['0.2', FieldsP2],
])('fields %s', (_version, Class) => {
  test('names are found in any letter case and kept in lower case', () => {
    const fields = new Class();
    fields.append('X-Some', bytes('one'));
    fields.append('x-some', bytes('two'));
    expect(fields.get('X-SOME')).toEqual([bytes('one'), bytes('two')]);
    expect(fields.clone().get('x-some')).toHaveLength(2);
    fields.delete('X-Some');
    expect(fields.has('x-some')).toBe(false);
  });

  test('set replaces all values, and none with an empty list', () => {
    const fields = Class.fromList([['a', bytes('1')]]);
    fields.set('a', [bytes('2'), bytes('3')]);
    expect(fields.get('a')).toEqual([bytes('2'), bytes('3')]);
    fields.set('a', []);
    expect(fields.has('a')).toBe(false);
  });

  test('a set with one bad value changes nothing', () => {
    const fields = Class.fromList([['a', bytes('1')]]);
    expect(errorOf(() => fields.set('a', [bytes('2'), bytes('\n')]))).toEqual({ tag: 'invalid-syntax' });
    expect(fields.get('a')).toEqual([bytes('1')]);
  });

  test.each(['', ' ', 'a b', 'voilà', '"q"', 'a:', '\u212A'])('the name "%s" is invalid, and never there', (name) => {
    const fields = Class.fromList([['k', bytes('1')]]);
    expect(errorOf(() => fields.append(name, bytes('1')))).toEqual({ tag: 'invalid-syntax' });
    expect(fields.has(name)).toBe(false);
    expect(fields.get(name)).toEqual([]);
  });

  test('values are any bytes but control characters', () => {
    const fields = new Class();
    for (let byte = 0; byte < 256; byte++) {
      const value = Uint8Array.of(byte);
      if (byte === 9 || (byte >= 0x20 && byte !== 0x7f)) fields.append('a', value);
      else expect(errorOf(() => fields.append('a', value))).toEqual({ tag: 'invalid-syntax' });
    }
    expect(fields.get('a').at(-1)).toEqual(Uint8Array.of(255));
  });

  test.each(['Host', 'connection', 'Transfer-Encoding', 'upgrade'])('%s is forbidden', (name) => {
    expect(errorOf(() => new Class().append(name, bytes('x')))).toEqual({ tag: 'forbidden' });
    expect(errorOf(() => new Class().delete(name))).toEqual({ tag: 'forbidden' });
    expect(errorOf(() => Class.fromList([[name, bytes('x')]]))).toEqual({ tag: 'forbidden' });
  });

  test('fields handed to a message are immutable, their clone is not', () => {
    const fields = Class.fromList([['a', bytes('1')]]);
    const list = fields.freeze();
    expect(errorOf(() => fields.append('b', bytes('2')))).toEqual({ tag: 'immutable' });
    fields.clone().append('b', bytes('2'));
    expect(list).toEqual([['a', '1']]);
  });

  test('what arrived is shown without what belongs to its connection', () => {
    const fields = Class.incoming([
      ['host', 'x'],
      ['a', '1'],
    ]);
    expect(fields.has('host')).toBe(false);
    expect(fields.has('a')).toBe(true);
    expect(errorOf(() => fields.delete('a'))).toEqual({ tag: 'immutable' });
  });
});

test('fields 0.3 say when they are full, 0.2 end the instance', () => {
  const half = bytes('x'.repeat(maxFieldsSize / 2));
  const fields = Fields.fromList([['a', half]]);
  expect(errorOf(() => fields.append('b', half))).toEqual({ tag: 'size-exceeded' });
  expect(errorOf(() => fields.clone().append('b', half))).toEqual({ tag: 'size-exceeded' });
  fields.delete('a');
  fields.append('b', half);
  const older = FieldsP2.fromList([['a', half]]);
  expect(() => older.append('b', half)).toThrow('fields hold more than');
});

describe('a request target', () => {
  test('gives a method its own case, however it was set', () => {
    const target = new RequestTarget();
    expect(target.getMethod()).toEqual({ tag: 'get' });
    target.setMethod({ tag: 'other', val: 'PATCH' });
    expect(target.getMethod()).toEqual({ tag: 'patch' });
    target.setMethod({ tag: 'other', val: 'patch' });
    expect(target.getMethod()).toEqual({ tag: 'other', val: 'patch' });
    expect(errorOf(() => target.setMethod({ tag: 'other', val: 'a b' }))).toBeUndefined();
  });

  test('knows http and https in any letter case', () => {
    const target = new RequestTarget();
    target.setScheme({ tag: 'other', val: 'HTTPS' });
    expect(target.getScheme()).toEqual({ tag: 'HTTPS' });
    target.setScheme({ tag: 'other', val: 'Ws' });
    expect(target.getScheme()).toEqual({ tag: 'other', val: 'Ws' });
    target.setScheme(undefined);
    expect(target.getScheme()).toBeUndefined();
    expect(errorOf(() => target.setScheme({ tag: 'other', val: '1x' }))).toBeUndefined();
  });

  test.each(['1.2.3.4', 'example.com:80', 'user:pass%20@localhost:80', '[2001:db8::1]', '[::1]:8080'])('takes the authority %s', (authority) => {
    const target = new RequestTarget();
    target.setAuthority(authority);
    expect(target.authority).toBe(authority);
  });

  test.each(['::', ':@', '@@', '@:', ' ', '', '#', 'localhost:what', '[', 'a:65536', 'a/b'])('refuses the authority "%s"', (authority) => {
    expect(errorOf(() => new RequestTarget().setAuthority(authority))).toBeUndefined();
  });

  test('keeps paths as they are, but for the empty one', () => {
    const target = new RequestTarget();
    for (const path of ['/', '/a/../../b', '?q', 'a/b', '/%2F?x=%20', '/ü']) {
      target.setPath(path);
      expect(target.path).toBe(path);
    }
    target.setPath('');
    expect(target.path).toBe('/');
    for (const path of ['/a b', '/\n', '/#f', '/<']) expect(errorOf(() => target.setPath(path))).toBeUndefined();
  });
});
