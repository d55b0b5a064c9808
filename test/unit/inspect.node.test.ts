import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { componentWit } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, test } from 'vitest';
import { findGuests, guestsDir } from '../../scripts/guests/guest.ts';
import { inspect } from '../../src/core/engine/inspect.ts';
import { guestInterfaces } from '../conformance/guest-interfaces.ts';

/** The names that a component's WIT imports and exports, as wasm-tools prints it: another reading of the same bytes. */
function world(text: string): { imports: string[]; exports: string[] } {
  const body = /world root \{([\s\S]*?)\n\}/.exec(text)?.[1] ?? '';
  const names = (kind: string): string[] =>
    [...body.matchAll(new RegExp(`^ {2}${kind} ([^;\\s]+?)(?:;|: .*)$`, 'gm'))].map(([, name = '']) => name.replace(/:$/, ''));
  return { imports: names('import'), exports: names('export') };
}

const components = readdirSync(guestsDir).filter((name) => name.endsWith('.wasm') && !name.startsWith('p1-'));

/** Components written as such do what WIT has no words for, and wasm-tools makes none of them. */
const withoutWit = new Set((await findGuests()).filter(({ kind }) => kind === 'component-text').map(({ name }) => `${name}.wasm`));

describe('what is read from a component', () => {
  test.each(components.filter((name) => !withoutWit.has(name)))('%s: is what wasm-tools reads', async (name) => {
    const bytes = readFileSync(join(guestsDir, name));
    const expected = world(await componentWit(bytes));
    const found = inspect(bytes);
    expect(found.imports.map((item) => item.name).toSorted()).toEqual(expected.imports.toSorted());
    expect(found.exports.map((item) => item.name).toSorted()).toEqual(expected.exports.toSorted());
  });

  test('every guest is in the table', () => {
    expect(Object.keys(guestInterfaces).toSorted()).toEqual(components.map((name) => name.slice(0, -'.wasm'.length)).toSorted());
  });
});
