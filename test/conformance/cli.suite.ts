import { afterEach, describe, expect, test } from 'vitest';
import { type ByteSource, sourceOf } from '../../src/core/engine/streams.ts';
import type { Host } from '../../src/core/host.ts';
import type { Stdio } from '../../src/core/wasi/stdio.ts';
import type { Harness } from '../harness.ts';
import { until, within } from '../lib/until.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Standard streams that keep what is written. */
function recordingStdio(stdin: ByteSource = sourceOf()): Stdio & { readonly out: () => string; readonly err: () => string } {
  const written = { out: [] as Uint8Array[], err: [] as Uint8Array[] };
  const sink = (kind: 'out' | 'err'): Stdio['stdout'] => ({ write: (chunk) => void written[kind].push(chunk.slice()) });
  const text = (kind: 'out' | 'err'): string => {
    const decoder = new TextDecoder();
    return written[kind].map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
  };
  return { stdin, stdout: sink('out'), stderr: sink('err'), out: () => text('out'), err: () => text('err') };
}

/** Commands run to their end on the host that runs them. */
export function cliSuite({ platform, traits, createTestHost, guest }: Harness): void {
  const hosts: Host[] = [];
  const newHost = async (): Promise<Host> => {
    const { host } = await createTestHost();
    hosts.push(host);
    return host;
  };
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.stop({ graceMs: 0 })));
  });

  describe.skipIf(!traits.sameRealm).each(['cat-p2', 'cat-p3'])(`${platform}: command %s`, (name) => {
    const run = async (args: string[], stdin?: ByteSource, env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> => {
      const stdio = recordingStdio(stdin);
      const host = await newHost();
      const code = await within(host.run({ component: await guest(name), args: ['cat', ...args], env, stdio }), 'the command ends', 25_000);
      return { code, out: stdio.out(), err: stdio.err() };
    };

    test('has the arguments and the environment it is given, and no other', async () => {
      expect(await run(['--env', 'one', 'zwei ü'], undefined, { A: '1', LONG: 'x'.repeat(5000) })).toEqual({
        code: 0,
        out: `arg cat\narg --env\narg one\narg zwei ü\nenv A=1\nenv LONG=${'x'.repeat(5000)}\n`,
        err: '',
      });
      expect((await run(['--env'])).out).toBe('arg cat\narg --env\n');
    });

    test('copies standard input to standard output', async () => {
      expect(await run([], sourceOf(bytes('one '), bytes('two'), bytes('\n')))).toEqual({ code: 0, out: 'one two\n', err: '' });
      expect(await run([])).toEqual({ code: 0, out: '', err: '' });
      const line = 'all work and no play\n'.repeat(500);
      const { out } = await run([], sourceOf(...Array.from({ length: 30 }, () => bytes(line))));
      expect(out.length).toBe(30 * line.length);
      expect(out).toBe(line.repeat(30));
    });

    test('writes what it read before the input ends', async () => {
      const stdio = recordingStdio({
        read: (() => {
          let asked = 0;
          return () => (asked++ === 0 ? bytes('early') : gate.promise);
        })(),
        cancel: () => {},
      });
      const gate = Promise.withResolvers<undefined>();
      const running = (await newHost()).run({ component: await guest(name), args: ['cat'], stdio });
      await until(() => stdio.out() === 'early', 'the first bytes are written');
      gate.resolve(undefined);
      expect(await within(running, 'the command ends')).toBe(0);
    });

    test('ends with the code it asks for', async () => {
      expect((await run(['--exit', '0'])).code).toBe(0);
      expect((await run(['--exit', '7'])).code).toBe(7);
      expect((await run(['--exit', '255'])).code).toBe(255);
    });

    test('an err result is the code 1', async () => {
      expect(await run(['--fail'])).toEqual({ code: 1, out: '', err: 'cat: failed as asked\n' });
    });

    test('a sink that fails is told to the guest', async () => {
      const stdio = recordingStdio(sourceOf(bytes('text')));
      const broken: Stdio = { ...stdio, stdout: { write: () => Promise.reject(new Error('the disk is full')) } };
      const code = await within((await newHost()).run({ component: await guest(name), args: ['cat'], stdio: broken }), 'the command ends');
      expect(code).toBe(1);
      expect(stdio.err()).toMatch(/^cat: /);
    });

    test('one that waits for input is cancelled by its signal', async () => {
      const controller = new AbortController();
      let asked = false;
      const stdin: ByteSource = {
        read: () => {
          asked = true;
          return new Promise(() => {});
        },
        cancel: () => {},
      };
      const running = (await newHost()).run({ component: await guest(name), args: ['cat'], stdio: recordingStdio(stdin), signal: controller.signal });
      const outcome = running.then(
        (code) => `code ${code}`,
        (failure: unknown) => failure,
      );
      await until(() => asked, 'the guest waits for input');
      controller.abort(new Error('enough'));
      expect(await within(outcome, 'the run ends')).toMatchObject({ code: 'cancelled' });
    });
  });

  describe(`${platform}: commands`, () => {
    test('exit(err) is the code 1', async () => {
      const host = await newHost();
      expect(await within(host.run({ component: await guest('wat-exit') }), 'the command ends')).toBe(1);
    });

    test('a trap is an error', async () => {
      const host = await newHost();
      await expect(host.run({ component: await guest('wat-trap-run') })).rejects.toMatchObject({ code: 'guest-trap' });
    });

    test('what is no command cannot be run, what answers no requests gives a 500', async () => {
      const host = await newHost();
      await expect(host.run({ component: await guest('wat-http-p2') })).rejects.toMatchObject({
        code: 'export-missing',
        message: expect.stringContaining('wasi:cli/run'),
      });
      const { host: other, log } = await createTestHost();
      hosts.push(other);
      const workload = await other.start({ component: await guest('wat-exit') });
      const response = await workload.fetch('/');
      expect(response.status).toBe(500);
      expect(await response.text()).toBe('export-missing\n');
      expect(log.lines).toEqual([]);
    });

    test('a signal that aborted before is a run that never begins', async () => {
      const host = await newHost();
      await expect(host.run({ component: await guest('wat-exit'), signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    });

    test('output nobody is attached to goes to the log, line by line', async () => {
      const { host, log } = await createTestHost();
      hosts.push(host);
      await host.run({ component: await guest('cat-p2'), name: 'cat', args: ['cat', '--env'] });
      expect(log.lines).toEqual([
        { level: 'info', message: 'arg cat', fields: { workload: 'cat' } },
        { level: 'info', message: 'arg --env', fields: { workload: 'cat' } },
      ]);
    });
  });
}
