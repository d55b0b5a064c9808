import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sourceOf } from '../../src/core/engine/streams.ts';
import type { Host } from '../../src/core/host.ts';
import type { Stdio } from '../../src/core/wasi/stdio.ts';
import type { Harness } from '../harness.ts';
import { takeJspi } from '../lib/jspi.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads a body as it comes: what its stream fails with is not replaced by a remark of the runtime's. */
async function readAll({ body }: Response): Promise<string> {
  let text = '';
  for (const reader = body!.getReader(); ;) {
    const { value } = await reader.read();
    if (value === undefined) return text;
    text += new TextDecoder().decode(value);
  }
}

/** Input that has to be waited for, and output that is kept. */
function stdioInto(kept: { out: string }): Stdio {
  const input = sourceOf(bytes('one '), bytes('two'));
  return {
    stdin: { read: async (max) => input.read(max), cancel: () => {} },
    stdout: { write: (chunk) => void (kept.out += new TextDecoder().decode(chunk)) },
    stderr: { write: () => {} },
  };
}

/** JSPI is for guests that wait inside a call. Where a runtime lacks it, everything else runs, and such a guest is told what it lacks. */
export function noJspiSuite({ platform, traits, createTestHost, guest }: Harness): void {
  let giveBack = (): void => {};
  let host: Host | undefined;
  beforeAll(() => {
    giveBack = takeJspi();
  });
  afterAll(() => giveBack());
  afterEach(() => host?.stop({ graceMs: 0 }));

  const ask = async (name: string, path: string, body?: string): Promise<string> => {
    ({ host } = await createTestHost());
    const workload = await host.start({ component: await guest(name) });
    return (await workload.fetch(path, body === undefined ? {} : { method: 'POST', body })).text();
  };
  const lacking = 'the guest has to wait, and this runtime lacks WebAssembly JSPI';

  describe(`${platform} without JSPI`, () => {
    test.each([
      ['wat-http-p3', '/', undefined, 'hello from wat\n'],
      ['wat-http-p2', '/', undefined, 'hello from wat\n'],
      ['hello-p3', '/', undefined, 'Hello, world!\n'],
      ['hello-p3', '/echo', 'there and back', 'there and back'],
      ['hello-p2', '/', undefined, 'Hello, world!\n'],
    ])('%s answers %s', async (name, path, body, answer) => {
      expect(await ask(name, path, body)).toBe(answer);
    });

    test('a command that never waits on its stack runs to its end', async () => {
      ({ host } = await createTestHost());
      const copied = { out: '' };
      expect(await host.run({ component: await guest('cat-p3'), stdio: stdioInto(copied) })).toBe(0);
      expect(copied.out).toBe('one two');
    });

    test('a guest that has to wait traps, says why, and leaves the others alone', async () => {
      const { host: own, log } = await createTestHost();
      host = own;
      const workload = await host.start({ component: await guest('hello-p2') });
      for (let round = 0; round < 2; round++) {
        // The first of its lines goes out before it waits.
        await expect(workload.fetch('/stream').then(readAll)).rejects.toThrow(lacking);
        expect(await (await workload.fetch('/')).text()).toBe('Hello, world!\n');
      }
      expect(log.lines.map(({ message }) => message)).toEqual([expect.stringContaining(lacking), expect.stringContaining(lacking)]);
      await expect(host.run({ component: await guest('cat-p2'), stdio: stdioInto({ out: '' }) })).rejects.toMatchObject({
        code: 'guest-trap',
        message: expect.stringContaining(lacking),
      });
    });

    test.skipIf(!traits.dynamicCode)("jco's engine says that it cannot do without (dynamicCode)", async () => {
      ({ host } = await createTestHost('jco'));
      await expect(host.start({ component: await guest('wat-http-p3') })).rejects.toMatchObject({
        code: 'runtime-unsupported',
        message: expect.stringMatching(/JSPI, which this runtime lacks/),
      });
    });
  });
}
