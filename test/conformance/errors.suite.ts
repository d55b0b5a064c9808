import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import type { EngineName } from '../../src/core/engine/choose.ts';
import type { ErrorCode, HostlingError } from '../../src/core/errors.ts';
import type { Host } from '../../src/core/host.ts';
import type { ComponentInput, WorkloadOptions } from '../../src/core/workload/options.ts';
import type { Harness } from '../harness.ts';
import { fetchGuest } from '../lib/prepare.ts';

/** Whatever is wrong is told with a code for programs and a sentence for people. */
export function errorsSuite({ platform, traits, createTestHost, guest }: Harness): void {
  let host: Host;
  beforeEach(async () => {
    ({ host } = await createTestHost());
  });
  afterEach(() => host.stop({ graceMs: 0 }));

  /** The code and message something fails with; fails the test when it does not, or with anything but a HostlingError. */
  const failureOf = async (act: () => Promise<unknown>): Promise<{ code: ErrorCode; message: string }> => {
    try {
      await act();
    } catch (failure) {
      if (!isHostlingError(failure)) throw failure;
      return { code: failure.code, message: failure.message };
    }
    throw new Error('nothing failed');
  };
  const expectFailure = async (act: () => Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> => {
    const failure = await failureOf(act);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(failure.message).not.toMatch(/undefined|\[object|\n/);
  };
  const starting =
    (component: ComponentInput, options: Omit<WorkloadOptions, 'component'> = {}) =>
    (): Promise<unknown> =>
      host.start({ component, ...options });

  describe(`${platform}: bytes that are no component`, () => {
    const header = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00);
    const coreModule = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

    test.each<[string, Uint8Array, ErrorCode, RegExp]>([
      ['nothing', new Uint8Array(0), 'not-wasm', /not WebAssembly/],
      ['a text', new TextEncoder().encode('<!doctype html>'), 'not-wasm', /not WebAssembly/],
      ['half of the header', header.subarray(0, 6), 'invalid-component', /truncated.*6 bytes/],
      ['a core module', coreModule, 'core-module', /not a component.*wasm32-wasip2/],
      ['an unknown version', Uint8Array.of(...header.subarray(0, 4), 0x63, 0, 1, 0), 'invalid-component', /version 99/],
      ['an unknown section', Uint8Array.of(...header, 0x3f, 0), 'invalid-component', /byte 8: expected a section, 0 to 12 \(found 63\)/],
      ['a section longer than the file', Uint8Array.of(...header, 7, 0x7f, 1), 'invalid-component', /byte 10: .*127 bytes/],
    ])('%s', async (_what, bytes, code, message) => {
      await expectFailure(starting(bytes), code, message);
      await expectFailure(() => host.inspect(bytes), code, message);
      await expectFailure(() => host.run({ component: bytes }), code, message);
      expect(host.workloads.size).toBe(0);
    });

    test('a component cut off anywhere', async () => {
      const whole = await fetchGuest('wat-http-p2');
      for (const part of [0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) {
        const bytes = whole.slice(0, Math.floor(whole.length * part));
        await expectFailure(() => host.inspect(bytes), 'invalid-component', /at byte \d+/);
        await expectFailure(starting(bytes), 'invalid-component', /at byte \d+/);
      }
    });

    test('an ArrayBuffer is as good as a view', async () => {
      await expectFailure(starting(coreModule.slice().buffer), 'core-module', /not a component/);
    });

    test.skipIf(traits.dynamicCode)('a component that was not bundled, where no code can be loaded', async () => {
      await expectFailure(starting(await fetchGuest('wat-http-p2')), 'runtime-unsupported', /hostling build/);
    });
  });

  describe(`${platform}: components that cannot be linked`, () => {
    test('an import that nobody serves is named with its version', async () => {
      await expectFailure(starting(await guest('wat-unknown-import')), 'import-unserved', /acme:missing\/thing@1\.2\.3/);
      const { imports } = await host.inspect(await guest('wat-unknown-import'));
      expect(imports).toEqual([{ name: 'acme:missing/thing@1.2.3', served: false, problem: 'is not served by this host' }]);
    });

    test.skipIf(!traits.sameRealm)('an interface of the program that lacks a function is named with it', async () => {
      const component = await guest('wat-unknown-import');
      await expectFailure(
        starting(component, { interfaces: { 'acme:missing/thing@1.2.3': () => ({}) } }),
        'import-unserved',
        /acme:missing\/thing@1\.2\.3.*use-it/,
      );
      await host.start({ component, interfaces: { 'acme:missing/thing@1.2.3': () => ({ useIt: () => {} }) } });
    });

    test('a failed start leaves its name free', async () => {
      await failureOf(starting(await guest('wat-unknown-import'), { name: 'again' }));
      await host.start({ component: await guest('wat-exit'), name: 'again' });
    });
  });

  describe(`${platform}: components that cannot be had`, () => {
    const origin = inject('serveOrigin');

    test.skipIf(!traits.dynamicCode)('one is loaded by its address', async () => {
      await host.start({ component: `${origin}/guests/wat-exit.wasm` });
      await host.start({ component: new URL(`${origin}/guests/wat-exit.wasm`) });
    });

    test('an address that answers with an error', async () => {
      await expectFailure(starting(`${origin}/guests/no-such-guest.wasm`), 'source-unreachable', /no-such-guest\.wasm: the server answered 404/);
    });

    test('an address where nobody is, shown without its password', async () => {
      const failure = await failureOf(starting(`http://user:secret@${inject('deadAuthority')}/a.wasm`));
      expect(failure.code).toBe('source-unreachable');
      expect(failure.message).toContain(`${inject('deadAuthority')}/a.wasm`);
      expect(failure.message).not.toContain('secret');
    });

    test('what is no address and no file', async () => {
      await expectFailure(starting('no/such/component.wasm'), 'source-unreachable', /no\/such\/component\.wasm/);
    });
  });

  describe(`${platform}: options that make no sense`, () => {
    test.each<[Omit<WorkloadOptions, 'component'>, RegExp]>([
      [{ name: '' }, /'' is no workload name/],
      [{ name: 'a/b' }, /'a\/b' is no workload name/],
      [{ name: '-a' }, /'-a' is no workload name/],
      [{ name: 'a'.repeat(64) }, /63 at most/],
      [{ host: 'http://a.example' }, /'http:\/\/a\.example' is no host/],
      [{ host: 'a b' }, /'a b' is no host/],
      [{ host: '' }, /'' is no host/],
      [{ host: ['ok.example', '*.example'] }, /'\*\.example' is no host/],
      [{ env: { 'A=B': 'x' } }, /'A=B' is no name of an environment variable/],
      [{ env: { '': 'x' } }, /'' is no name of an environment variable/],
      [{ timeoutMs: 0 }, /timeoutMs is 0/],
      [{ timeoutMs: -5 }, /timeoutMs is -5/],
      [{ timeoutMs: Number.NaN }, /timeoutMs is NaN/],
    ])('%o', async (options, message) => {
      await expectFailure(starting(await guest('wat-http-p2'), options), 'option-invalid', message);
      expect(host.workloads.size).toBe(0);
    });

    test('hosts to be allowed, each bad one named', async () => {
      const failure = await failureOf(starting(await guest('wat-http-p2'), { allowedHosts: ['ok.example', 'a/b', '*x'] }));
      expect(failure.code).toBe('option-invalid');
      expect(failure.message).toContain("'a/b'");
      expect(failure.message).toContain("'*x'");
      expect(failure.message).not.toContain("'ok.example'");
    });

    test.each(['foo', '', null, 'toString'])('an engine that is named %o', async (engine) => {
      await expectFailure(() => createTestHost(engine as EngineName), 'option-invalid', /no engine.*hostling and jco/);
    });

    test('two workloads of one name', async () => {
      const component = await guest('wat-http-p2');
      await host.start({ component, name: 'twin' });
      await expectFailure(starting(component, { name: 'twin' }), 'workload-exists', /twin/);
      const both = await Promise.allSettled([host.start({ component, name: 'race' }), host.start({ component, name: 'race' })]);
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect([...host.workloads.keys()].toSorted()).toEqual(['race', 'twin']);
    });

    test('two workloads of one host, or one that names a host twice', async () => {
      const component = await guest('wat-http-p2');
      await host.start({ component, name: 'first', host: 'a.localhost' });
      await expectFailure(
        starting(component, { name: 'second', host: ['b.localhost', 'A.localhost'] }),
        'option-invalid',
        /first already answers for host a\.localhost/,
      );
      expect([...host.workloads.keys()]).toEqual(['first']);
      expect((await host.fetch(new Request('http://b.localhost/'))).status).toBe(404);
      expect((await host.fetch(new Request('http://a.localhost/'))).status).toBe(200);
      await host.start({ component, name: 'second', host: 'b.localhost' });
    });
  });

  describe(`${platform}: a host that was stopped`, () => {
    test('takes nothing more', async () => {
      const component = await guest('wat-exit');
      await host.stop();
      await expectFailure(starting(component), 'host-stopped', /stopped/);
      await expectFailure(() => host.run({ component }), 'host-stopped', /stopped/);
      const response = await host.fetch(new Request('http://a.localhost/'));
      expect(response.status).toBe(503);
      expect(await response.text()).toBe('host-stopped\n');
    });

    test('ends a start that is under way', async () => {
      const component = await guest('wat-http-p2');
      const started = failureOf(starting(component));
      await host.stop();
      expect((await started).code).toBe('host-stopped');
      expect(host.workloads.size).toBe(0);
    });
  });
}

/** By its shape: the package's own tests and its built files have a class each. */
function isHostlingError(failure: unknown): failure is HostlingError {
  return failure instanceof Error && failure.name === 'HostlingError' && 'code' in failure;
}
