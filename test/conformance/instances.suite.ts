import { describe, expect, test } from 'vitest';
import type { ByteSink } from '../../src/core/engine/sinks.ts';
import type { ByteSource } from '../../src/core/engine/streams.ts';
import type { Workload } from '../../src/core/workload/workload.ts';
import type { Harness } from '../harness.ts';

const overlapping = 6;

/** For how long a guest is asked that goes on after its answer: longer than it goes on. */
const longerThanGuestsMs = 150;

/** What a guest leaves behind at each of its paths; `tells` are those that it finds in its own instance whatever the engine. */
const tracers: readonly { guest: string; traces: string; tells: string }[] = [
  { guest: 'wat-traces-p2', traces: 'mMgtThfcor', tells: 'mMgtTh' },
  { guest: 'wat-drops-p2', traces: 'dev', tells: 'dev' },
  { guest: 'wat-traces-p3', traces: 'mgxhpswjkiblne', tells: 'mgxhpswjk' },
];

const nowhere: ByteSink = { write: () => {} };

/** Input that comes a little later than it is asked for: when the call that asked is over. */
function slowInput(): ByteSource {
  return { read: (max) => new Promise((resolve) => setTimeout(() => resolve(new Uint8Array(Math.min(max, 8)).fill(1)), 5)), cancel: () => {} };
}

/**
 * Instances are used again once they are back in their first state: no call may meet what another left, whatever the calls before it did.
 * @param without traces that are not left, because the engine cannot stand them
 */
export function instancesSuite({ platform, createTestHost, guest }: Harness, without = ''): void {
  const using = async (name: string, work: (workload: Workload) => Promise<void>): Promise<void> => {
    const { host } = await createTestHost();
    try {
      const grants = { directories: { '/tmp': 'memory' }, stdio: { stdin: slowInput(), stdout: nowhere, stderr: nowhere } } as const;
      await work(await host.start({ component: await guest(name), ...grants, timeoutMs: 10_000 }));
    } finally {
      await host.stop({ graceMs: 0 });
    }
  };
  const ask = async (workload: Workload, path: string): Promise<{ status: number; traces: string | null; text: string }> => {
    const response = await workload.fetch(path);
    return { status: response.status, traces: response.headers.get('traces'), text: await response.text() };
  };
  const together = (workload: Workload, path = '/'): Promise<Awaited<ReturnType<typeof ask>>[]> =>
    Promise.all(Array.from({ length: overlapping }, () => ask(workload, path)));

  describe(`${platform}: instances used again`, () => {
    for (const name of ['wat-counter', 'wat-http-p2', 'wat-http-p3', 'hello-p2', 'hello-p3']) {
      test(`${name}: rounds of overlapping calls all get the first answer`, () =>
        using(name, async (workload) => {
          const [first] = await together(workload);
          expect(first?.status).toBe(200);
          for (let round = 0; round < 4; round++) expect(await together(workload)).toEqual(Array.from({ length: overlapping }, () => first));
        }));
    }

    for (const name of ['hello-p2', 'hello-p3']) {
      test(`${name}: calls after a trap and after a caller who left are as those before`, () =>
        using(name, async (workload) => {
          const before = await together(workload);
          expect((await workload.fetch('/trap')).status).toBe(500);
          expect(await together(workload)).toEqual(before);
          const left = await workload.fetch('/stream');
          await left.body?.cancel();
          expect(await together(workload)).toEqual(before);
        }));

      test(`${name}: nothing in JavaScript remembers another call`, () =>
        using(name, async (workload) => {
          const once = { module: 1, list: 1, global: 1, prototype: 1 };
          for (const bytes of [0, 0, 8_000_000, 0, 0]) {
            const answers = await Promise.all([ask(workload, `/visits?bytes=${bytes}`), ask(workload, '/visits')]);
            expect(answers.map(({ text }) => JSON.parse(text) as unknown)).toEqual([once, once]);
          }
        }));
    }

    const left = (traces: string): string => [...traces].filter((trace) => !without.includes(trace)).join('');
    for (const { guest: name, ...all } of tracers) {
      const [traces, tells] = [left(all.traces), left(all.tells)];
      test(`${name}: finds nothing of what calls before left`, () =>
        using(name, async (workload) => {
          const first = await ask(workload, '/');
          expect(first).toMatchObject({ status: 200, traces: expect.stringMatching(/^\d/) });
          for (const trace of [...traces, traces]) {
            for (const path of [`/${trace}`, '/', `/${trace}`, '/', '/']) expect(await ask(workload, path), `${path} among calls of /${trace}`).toEqual(first);
          }
          for (const answers of [await together(workload, `/${traces}`), await together(workload)]) {
            expect(answers).toEqual(Array.from({ length: overlapping }, () => first));
          }
          // Some go on for a while after their answer, and mark their memory then.
          for (const over = performance.now() + longerThanGuestsMs; performance.now() < over;) expect(await ask(workload, '/')).toEqual(first);
        }));

      test(`${name}: would find what is left`, () =>
        using(name, async (workload) => {
          const nothing = await ask(workload, '/!');
          for (const trace of tells) expect(await ask(workload, `/${trace}!`), trace).not.toEqual(nothing);
          expect(await ask(workload, '/!')).toEqual(nothing);
        }));
    }
  });
}
