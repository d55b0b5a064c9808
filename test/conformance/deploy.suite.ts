import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/core/host.ts';
import type { Workload } from '../../src/core/workload/workload.ts';
import type { RecordingLog } from '../../src/platform/memory/log.ts';
import type { Harness } from '../harness.ts';
import { until } from '../lib/until.ts';

interface Manifest {
  readonly components?: readonly (readonly [name: string, guest: string, more?: object])[];
  readonly host?: string | undefined;
  readonly aliases?: string;
  readonly service?: string;
  readonly more?: object;
}

/** Workloads of manifests: components linked with one another, as wasmCloud has it. */
export function deploySuite({ platform, traits, createTestHost, guest }: Harness): void {
  const using = async (work: (host: Host, deploy: (manifest: Manifest) => Promise<Workload>, log: RecordingLog) => Promise<void>): Promise<void> => {
    const { host, log } = await createTestHost();
    try {
      await work(
        host,
        async ({ components = [], host: name = 'numbers.local', aliases, service, more }) => {
          const names = [...components.map(([, image]) => image), ...(service === undefined ? [] : [service])];
          const images = new Map(await Promise.all(names.map(async (image) => [image, await guest(image)] as const)));
          const config = { host: name, ...(aliases !== undefined && { 'host-aliases': aliases }) };
          const manifest = {
            apiVersion: 'runtime.wasmcloud.dev/v1alpha1',
            kind: 'Workload',
            metadata: { name: 'numbers' },
            spec: {
              hostInterfaces: [{ namespace: 'wasi', package: 'http', interfaces: ['incoming-handler'], config }],
              components: components.map(([label, image, rest]) => ({ name: label, image, ...rest })),
              ...(service !== undefined && { service: { image: service, maxRestarts: 1 } }),
              ...more,
            },
          };
          return host.deploy(manifest, { image: (reference) => images.get(reference) ?? reference });
        },
        log,
      );
    } finally {
      await host.stop({ graceMs: 0 });
    }
  };
  const answers = async (workload: Workload, times = 3): Promise<string[]> => {
    const texts: string[] = [];
    for (let time = 0; time < times; time++) texts.push((await (await workload.fetch('/')).text()).trim());
    return texts;
  };
  const front = ['front', 'wat-teller'] as const;
  const tally = ['tally', 'wat-tally'] as const;

  describe(`${platform}: a workload of a manifest`, () => {
    test('links a component with another, and each call has its own of both', () =>
      using(async (_host, deploy) => {
        expect(await answers(await deploy({ components: [front, tally] }))).toEqual(['1002', '1002', '1002']);
      }));

    test('the order of the components does not matter for their links', () =>
      using(async (_host, deploy) => {
        expect(await answers(await deploy({ components: [tally, front] }))).toEqual(['1002', '1002', '1002']);
      }));

    test('instances are kept only where all that live together are', () =>
      using(async (host, deploy, log) => {
        const kept = { poolSize: 1 };
        const workload = await deploy({ components: [[...front, kept], tally] });
        expect(await answers(workload)).toEqual(['1002', '1002', '1002']);
        const ineffective = (): number => log.lines.filter(({ message }) => message.startsWith('poolSize of numbers/front has no effect')).length;
        expect(ineffective()).toBe(1);
        await workload.stop();
        const pooled = await deploy({
          components: [
            [...front, kept],
            [...tally, kept],
          ],
        });
        // Where instances cannot be kept between requests each call has its own.
        expect(await answers(pooled)).toEqual(traits.readyInstances > 0 ? ['1002', '3004', '5006'] : ['1002', '1002', '1002']);
        expect(ineffective()).toBe(1);
        expect(host.workloads.size).toBe(1);
      }));

    test('is found by its host names, and no more when it was stopped', () =>
      using(async (host, deploy) => {
        const workload = await deploy({ components: [front, tally], host: 'one.example', aliases: 'two.example, -bad-, three.example' });
        expect(workload.status().hosts).toEqual(['one.example', 'two.example', 'three.example']);
        const statuses = async (): Promise<number[]> =>
          Promise.all(
            ['one.example', 'three.example', 'four.example'].map(async (authority) => {
              const request = { method: 'GET', scheme: 'http', authority, path: '/', headers: [] } as const;
              const response = await host.handle(request as never, new AbortController().signal);
              response.body?.cancel();
              return response.status;
            }),
          );
        expect(await statuses()).toEqual([200, 200, 404]);
        await workload.stop();
        expect(await statuses()).toEqual([404, 404, 404]);
      }));

    test.each([
      ['an import that nobody serves', { components: [front] }, 'import-unserved', /test:tally\/count@1\.0\.0 is not served/],
      [
        'an import that several serve',
        { components: [front, tally, ['other', 'wat-tally']] },
        'import-unserved',
        /'numbers\/front' imports test:tally\/count@1\.0\.0, which 'numbers\/tally' and 'numbers\/other' export/,
      ],
      ['nobody to take requests', { components: [tally] }, 'export-missing', /wants requests/],
      ['no host name', { components: [front, tally], host: '' }, 'manifest-invalid', /hostInterfaces\[0\]\.config\.host is missing/],
      ['a bad host name', { components: [front, tally], host: 'a_b' }, 'manifest-invalid', /is no host name/],
      [
        'a service that neither runs nor answers',
        { components: [front, tally], service: 'wat-tally' },
        'export-missing',
        /the service of workload numbers exports neither/,
      ],
      [
        'a service whose import nobody serves',
        { components: [['counter', 'wat-counter']], service: 'wat-async' },
        'import-unserved',
        /demo:w\/host is not served/,
      ],
      ['an unknown field', { components: [front], more: { colour: 'red' } }, 'manifest-invalid', /spec\.colour/],
      ['something of a cluster', { components: [['front', 'wat-teller', { imagePullSecret: { name: 'key' } }]] }, 'manifest-invalid', /Kubernetes cluster/],
    ] as [string, Manifest, string, RegExp][])('with %s is not started, and leaves nothing', (_what, manifest, code, message) =>
      using(async (host, deploy) => {
        await expect(deploy(manifest)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
        expect(host.workloads.size).toBe(0);
        // Its name is free.
        expect(await answers(await deploy({ components: [front, tally] }), 1)).toEqual(['1002']);
      }),
    );

    test('several that export the same are no mistake where nobody imports it', () =>
      using(async (_host, deploy) => {
        const workload = await deploy({ components: [['counter', 'wat-counter'], tally, ['other', 'wat-tally']] });
        expect(await answers(workload, 1)).toEqual(['1']);
      }));

    test('has its name for itself while it runs', () =>
      using(async (_host, deploy) => {
        const workload = await deploy({ components: [front, tally] });
        await expect(deploy({ components: [front, tally] })).rejects.toMatchObject({ code: 'workload-exists' });
        await workload.stop();
        expect(await answers(await deploy({ components: [front, tally] }), 1)).toEqual(['1002']);
      }));

    test('a service that ends by itself has completed; the components go on', () =>
      using(async (_host, deploy) => {
        const workload = await deploy({ components: [front, tally], service: 'cat-p3' });
        await until(() => workload.status().state === 'completed', 'the service ends');
        expect(workload.status().service).toEqual({ state: 'completed', restarts: 0 });
        expect(await answers(workload, 1)).toEqual(['1002']);
        await workload.stop();
        expect(workload.status().state).toBe('stopped');
      }));

    test('a service that fails is started again as often as it may be, then it has failed; the components go on', () =>
      using(async (_host, deploy) => {
        const workload = await deploy({ components: [front, tally], service: 'wat-trap-run' });
        await until(() => workload.status().state === 'failed', 'the service fails for good');
        expect(workload.status().service).toEqual({ state: 'failed', restarts: 1, lastFailure: expect.stringContaining('trapped') });
        expect(await answers(workload, 1)).toEqual(['1002']);
      }));

    test('a service that answers requests has them all', () =>
      using(async (_host, deploy) => {
        const workload = await deploy({ components: [['counter', 'wat-counter']], service: 'wat-http-p3' });
        const texts = await Promise.all([1, 2, 3].map(async () => (await workload.fetch('/')).text()));
        expect(texts).toEqual(Array.from({ length: 3 }, () => expect.stringContaining('hello')));
        await workload.stop();
      }));

    test('may have no components', () =>
      using(async (_host, deploy) => {
        const workload = await deploy({ more: { hostInterfaces: [] } });
        expect(workload.status().state).toBe('running');
        expect((await workload.fetch('/')).status).toBeGreaterThanOrEqual(400);
        await workload.stop();
        expect(workload.status().state).toBe('stopped');
      }));
  });
}
