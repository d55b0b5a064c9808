import { describe, expect, test } from 'vitest';
import type { Workload } from '../../src/core/workload/workload.ts';
import type { Harness } from '../harness.ts';

const overlapping = 6;

/** Instances are used again once they are back in their first state: no call may meet what another left, whatever the calls before it did. */
export function instancesSuite({ platform, createTestHost, guest }: Harness): void {
  const together = (workload: Workload): Promise<{ status: number; text: string }[]> =>
    Promise.all(
      Array.from({ length: overlapping }, async () => {
        const response = await workload.fetch('/');
        return { status: response.status, text: await response.text() };
      }),
    );

  describe(`${platform}: instances used again`, () => {
    for (const name of ['wat-counter', 'wat-http-p2', 'wat-http-p3', 'hello-p2', 'hello-p3']) {
      test(`${name}: rounds of overlapping calls all get the first answer`, async () => {
        const { host } = await createTestHost();
        const workload = await host.start({ component: await guest(name) });
        const [first] = await together(workload);
        expect(first?.status).toBe(200);
        for (let round = 0; round < 4; round++) expect(await together(workload)).toEqual(Array.from({ length: overlapping }, () => first));
        await host.stop();
      });
    }

    for (const name of ['hello-p2', 'hello-p3']) {
      test(`${name}: calls after a trap and after a caller who left are as those before`, async () => {
        const { host } = await createTestHost();
        const workload = await host.start({ component: await guest(name) });
        const before = await together(workload);
        expect((await workload.fetch('/trap')).status).toBe(500);
        expect(await together(workload)).toEqual(before);
        const left = await workload.fetch('/stream');
        await left.body?.cancel();
        expect(await together(workload)).toEqual(before);
        await host.stop();
      });
    }
  });
}
