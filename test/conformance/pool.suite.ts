import { describe, expect, test } from 'vitest';
import type { Workload } from '../../src/core/workload/workload.ts';
import type { Harness } from '../harness.ts';

const text = async (workload: Workload): Promise<string> => (await workload.fetch('/')).text();

/** Instances that keep their memory from call to call, as `poolSize`, `maxInvocations` and `maxConcurrency` say. The guest counts its calls. */
export function poolSuite({ platform, traits, createTestHost, guest }: Harness): void {
  describe.skipIf(traits.readyInstances === 0)(`${platform}: a pool of instances (readyInstances)`, () => {
    test('an instance of the pool remembers, a fresh one does not', async () => {
      const { host } = await createTestHost();
      const fresh = await host.start({ component: await guest('wat-counter') });
      const pooled = await host.start({ component: await guest('wat-counter'), poolSize: 1 });
      const first = await text(fresh);
      expect([await text(fresh), await text(fresh)]).toEqual([first, first]);
      const answers = [await text(pooled), await text(pooled), await text(pooled)];
      expect(answers[0]).toBe(first);
      expect(new Set(answers).size).toBe(3);
      await host.stop();
    });

    test('an instance is replaced after maxInvocations', async () => {
      const { host } = await createTestHost();
      const workload = await host.start({ component: await guest('wat-counter'), poolSize: 1, maxInvocations: 2 });
      const answers = [await text(workload), await text(workload), await text(workload), await text(workload)];
      expect(answers.slice(2)).toEqual(answers.slice(0, 2));
      expect(answers[0]).not.toBe(answers[1]);
      await host.stop();
    });

    test('a call that finds the pool busy has an instance for itself, and one that trapped is replaced', async () => {
      const { host } = await createTestHost();
      const workload = await host.start({ component: await guest('hello-p3'), poolSize: 1 });
      const busy = await workload.fetch('/stream');
      expect((await workload.fetch('/')).status).toBe(200);
      await busy.body?.cancel();
      expect((await workload.fetch('/trap')).status).toBe(500);
      expect((await workload.fetch('/')).status).toBe(200);
      await host.stop();
    });

    test('calls share an instance up to maxConcurrency', async () => {
      const { host } = await createTestHost();
      const workload = await host.start({ component: await guest('wat-http-p3'), poolSize: 1, maxConcurrency: 8 });
      const answers = await Promise.all(Array.from({ length: 24 }, () => workload.fetch('/')));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
      await host.stop();
    });
  });

  describe(`${platform}: options of a pool that is none`, () => {
    test.each([
      [{ maxConcurrency: 2 }, 'maxConcurrency has no effect without poolSize'],
      [{ maxInvocations: 1, maxConcurrency: 2, poolSize: 0 }, 'maxInvocations and maxConcurrency have no effect without poolSize'],
    ])('%o is a warning, once', async (options, message) => {
      const { host, log } = await createTestHost();
      const workload = await host.start({ name: 'w', component: await guest('wat-http-p3'), ...options });
      await Promise.all([text(workload), text(workload)]);
      expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([{ level: 'warn', message, fields: { workload: 'w' } }]);
      await host.stop();
    });

    test('what is the default anyway is none', async () => {
      const { host, log } = await createTestHost();
      await host.start({ component: await guest('wat-http-p3'), maxInvocations: 0, maxConcurrency: 1 });
      expect(log.lines).toEqual([]);
      await host.stop();
    });
  });
}
