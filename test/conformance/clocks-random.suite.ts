import { afterEach, describe, expect, test } from 'vitest';
import type { Host } from '../../src/core/host.ts';
import type { Workload } from '../../src/core/workload/workload.ts';
import type { Harness } from '../harness.ts';

interface Reading {
  readonly wall: { readonly seconds: number; readonly nanoseconds: number };
  readonly monotonicNs: string;
}

/** Clocks go forward and random numbers differ, as guests see them. */
export function clocksRandomSuite({ platform, createTestHost, guest }: Harness): void {
  let host: Host | undefined;
  afterEach(() => host?.stop({ graceMs: 0 }));

  describe.each(['hello-p2', 'hello-p3'])(`${platform}: %s`, (name) => {
    const start = async (): Promise<Workload> => {
      ({ host } = await createTestHost());
      return host.start({ component: await guest(name) });
    };

    test('the wall clock shows the time, the monotonic clock never goes back', async () => {
      const workload = await start();
      const read = async (): Promise<Reading> => (await (await workload.fetch('/clock')).json()) as Reading;
      const first = await read();
      const second = await read();
      for (const { wall } of [first, second]) {
        expect(Math.abs(wall.seconds - Date.now() / 1000)).toBeLessThan(60);
        expect(wall.nanoseconds).toBeGreaterThanOrEqual(0);
        expect(wall.nanoseconds).toBeLessThan(1_000_000_000);
      }
      expect(BigInt(second.monotonicNs)).toBeGreaterThanOrEqual(BigInt(first.monotonicNs));
    });

    test('no two random numbers are the same', async () => {
      const workload = await start();
      const numbers = new Set<string>();
      for (let count = 0; count < 8; count++) {
        const number = await (await workload.fetch('/random')).text();
        expect(number).toMatch(/^[0-9a-f]{32}\n$/);
        numbers.add(number);
      }
      expect(numbers.size).toBe(8);
    });
  });
}
