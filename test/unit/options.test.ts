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
  ['time without an end', { component, timeoutMs: Infinity }, 'timeoutMs is Infinity'],
  ['a time that is a text', { component, timeoutMs: '5' }, 'timeoutMs'],
  ['null in place of a time', { component, timeoutMs: null }, 'timeoutMs is null'],
  ['null in place of a name', { component, name: null }, "'null'"],
  ['null in place of arguments', { component, args: null }, 'args'],
  ['null in place of limits', { component, limits: null }, 'limits is an object'],
  ['null as a limit', { component, limits: { handles: null } }, 'the limit handles is null'],
  ['null in place of interfaces', { component, interfaces: null }, 'interfaces'],
  ['a memory that is a text', { component, memoryLimitMb: '256' }, 'memoryLimitMb is 256'],
  ['memory without an end', { component, memoryLimitMb: Infinity }, 'memoryLimitMb is Infinity'],
  ['a memory that is no number', { component, memoryLimitMb: NaN }, 'memoryLimitMb is NaN'],
  ['no memory', { component, memoryLimitMb: 0 }, 'memoryLimitMb is 0'],
  ['null in place of memory', { component, memoryLimitMb: null }, 'memoryLimitMb is null'],
  ['more memory than there is', { component, memoryLimitMb: 65_537 }, '65536 at most'],
  ['a signal for a workload', { component, signal: new AbortController().signal }, 'signal belongs to run'],
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

  test('what is undefined is not there', () => {
    const options = { component, name: undefined, limits: { handles: undefined, tasks: 3 }, memoryLimitMb: undefined, signal: undefined };
    const resolved = resolveOptions(options as unknown as WorkloadOptions, 'w');
    expect(resolved.limits).toEqual({ tasks: 3 });
    // With it there the engine would take it for a limit.
    expect(Object.keys(resolved.limits)).toEqual(['tasks']);
    expect(resolved.memoryLimitMb).toBeUndefined();
  });

  test('the most memory that can be asked for is a limit', () => {
    expect(resolveOptions({ component, memoryLimitMb: 65_536 }, 'w').memoryLimitMb).toBe(65_536);
  });

  test('a command may be given a signal', () => {
    const { signal } = new AbortController();
    expect(resolveOptions({ component, signal } as WorkloadOptions, 'w', 'run')).toMatchObject({ name: 'w' });
  });
});
