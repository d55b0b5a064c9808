import { describe, expect, test } from 'vitest';
import { HostlingError } from '../../src/core/errors.ts';
import { resolveOptions, type WorkloadOptions } from '../../src/core/workload/options.ts';

const component = new Uint8Array([0]);

/** What a program without types may pass. */
const wrong: readonly [name: string, options: unknown, says: string][] = [
  ['nothing', undefined, 'object of options'],
  ['no component', {}, 'component must be'],
  ['a number as component', { component: 1 }, 'component must be'],
  ['an option that does not exist', { component, alowedHosts: [] }, 'alowedHosts'],
  ['a variable that is no text', { component, env: { A: 1 } }, 'environment variable A'],
  ['a variable without a name', { component, env: { '': 'x' } }, 'no name of an environment variable'],
  ['a directory that is none', { component, directories: { '/data': 'nope' } }, '/data'],
  ['hosts as one text', { component, allowedHosts: 'x.example' }, 'allowedHosts'],
  ['arguments as one text', { component, args: 'x' }, 'args'],
  ['a name with a slash', { component, name: 'a/b' }, "'a/b'"],
  ['no time at all', { component, timeoutMs: 0 }, 'timeoutMs'],
];

describe('workload options', () => {
  for (const [name, options, says] of wrong) {
    test(`${name} is refused by name`, () => {
      const resolve = (): unknown => resolveOptions(options as WorkloadOptions, 'w');
      expect(resolve).toThrow(HostlingError);
      expect(resolve).toThrow(says);
    });
  }

  test('a component alone is enough, and grants nothing', () => {
    const resolved = resolveOptions({ component }, 'w');
    expect(resolved).toMatchObject({ name: 'w', args: ['w'], env: {}, directories: {}, allowedHosts: [], hosts: [] });
  });
});
