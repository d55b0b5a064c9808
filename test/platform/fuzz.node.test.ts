import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HostlingError } from '../../src/core/errors.ts';
import { createNodePlatform } from '../../src/platform/node/platform.ts';
import { createHostOn, type Host } from '../../src/core/host.ts';
import { createMemoryDirectory } from '../../src/platform/memory/files.ts';
import { createRecordingLog } from '../../src/platform/memory/log.ts';
import { mutate, seededRandom } from '../lib/mutate.ts';
import { within } from '../lib/until.ts';
import { guest } from '../host.node.ts';

const cases: readonly [name: string, count: number, seed: number][] = [
  ['wat-http-p2', 550, 1],
  ['wat-sync', 300, 2],
  ['wat-async', 100, 3],
  ['cat-p3', 50, 4],
];

describe('damaged components', () => {
  let host: Host;
  const escaped: unknown[] = [];
  const note = (failure: unknown): void => void escaped.push(failure);

  beforeAll(() => {
    const log = createRecordingLog();
    host = createHostOn(createNodePlatform({ cacheDirectory: false, log }), () => createMemoryDirectory());
    process.on('unhandledRejection', note).on('uncaughtException', note);
  });
  afterAll(async () => {
    process.off('unhandledRejection', note).off('uncaughtException', note);
    await host.stop({ graceMs: 0 });
  });

  const attempt = async (bytes: Uint8Array): Promise<string> => {
    try {
      await host.inspect(bytes);
      const workload = await host.start({ component: bytes, timeoutMs: 2000 });
      try {
        const response = await workload.fetch('/');
        await response.text().catch(() => undefined);
        return `status ${response.status}`;
      } finally {
        await workload.stop({ graceMs: 0 });
      }
    } catch (failure) {
      if (!(failure instanceof HostlingError)) throw failure;
      return failure.code;
    }
  };

  test.each(cases)('%s, %i copies of seed %i: each is refused or runs', { timeout: 120_000 }, async (name, count, seed) => {
    const whole = await guest(name);
    const random = seededRandom(seed);
    const outcomes = new Map<string, number>();
    for (let copy = 0; copy < count; copy++) {
      const bytes = mutate(whole, random);
      const outcome = await within(attempt(bytes), `copy ${copy} of ${name}`, 10_000).catch((failure: unknown) => {
        throw new Error(`copy ${copy} of ${name}, seed ${seed}: ${String(failure)}`, { cause: failure });
      });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect(escaped).toEqual([]);
    expect(outcomes.get('internal')).toBeUndefined();
  });

  test('a good component still runs after all of them', async () => {
    expect(await attempt(await guest('wat-http-p2'))).toBe('status 200');
    expect(await attempt(await guest('hello-p3'))).toBe('status 200');
  });
});
