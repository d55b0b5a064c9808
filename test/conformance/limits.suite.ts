import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';

/** What one instance may take of its host: whoever wants more is told, and nobody else notices. */
export function limitsSuite({ platform, traits, createTestHost, guest }: Harness): void {
  describe(`${platform}: limits`, () => {
    test.skipIf(!traits.dynamicCode)('memory ends at memoryLimitMb: growing fails in the guest (dynamicCode)', async () => {
      const { host } = await createTestHost();
      const workload = await host.start({ component: await guest('wat-memory'), memoryLimitMb: 100 });
      // It begins with a page and asks for 64 MiB at a time.
      expect(await (await workload.fetch('/')).text()).toBe('1025\n');
      await host.stop();
    });

    test.skipIf(!traits.dynamicCode)('a component that begins with more memory is not started (dynamicCode)', async () => {
      const { host } = await createTestHost();
      const started = host.start({ component: await guest('wat-memory'), memoryLimitMb: 0.05 });
      await expect(started).rejects.toMatchObject({ code: 'instantiate-failed', message: expect.stringContaining('memoryLimitMb') });
      expect(host.workloads.size).toBe(0);
      await host.stop();
    });

    test.skipIf(!traits.dynamicCode).each([{ memoryLimitMb: 100 }, { limits: { tasks: 1 } }])(
      "jco's engine cannot keep %o, and says what to do (dynamicCode)",
      async (limited) => {
        const { host } = await createTestHost('jco');
        await expect(host.start({ name: 'w', component: await guest('wat-memory'), ...limited })).rejects.toMatchObject({
          code: 'option-invalid',
          message: expect.stringMatching(/cannot keep the (memoryLimitMb|limits) of workload w; leave that out or use hostling's own engine$/),
        });
        await host.stop();
      },
    );

    for (const [limit, says] of [
      ['handles', 'the table of handles is full: 2 are in use'],
      ['callBytes', 'more than'],
    ] as const) {
      test(`a guest that needs more than ${limit} traps, and others do not`, async () => {
        const { host, log } = await createTestHost();
        const tight = await host.start({ name: 'tight', component: await guest('wat-http-p3'), limits: { [limit]: 2 } });
        const free = await host.start({ name: 'free', component: await guest('wat-http-p3') });
        expect((await tight.fetch('/')).status).toBe(500);
        const answer = await free.fetch('/');
        expect(answer.status).toBe(200);
        await answer.text();
        expect(
          log.lines
            .filter(({ level }) => level === 'error')
            .map(({ message }) => message)
            .join('\n'),
        ).toContain(says);
        await host.stop();
      });
    }
  });
}
