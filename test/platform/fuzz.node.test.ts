import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { FuzzAnswer, FuzzRun } from '../fuzz/main.ts';

const run: FuzzRun = { first: 1, count: 10_000, threads: 2 };
/** A thread has the corpus, which is 4 MB, and the code of both its ways. */
const mostMegabytes = 64;

/**
 * Damaged copies of the guests go through inspecting, preparing, loading, instantiating and calls of all their functions, with stand-ins for a host or in a
 * whole one. Each is refused for a reason, runs or traps; nothing crashes, hangs, is rejected unheard or thrown by mistake. Core code that loops for ever
 * is stopped and counts as having run.
 */
test(`${run.count} damaged components are refused or run (seeds from ${run.first})`, { timeout: 300_000 }, async () => {
  // Nothing ends a thread in a loop of tail calls that V8 has optimized.
  const child = fork(fileURLToPath(new URL('../fuzz/main.ts', import.meta.url)), { execArgv: ['--liftoff-only', '--expose-gc'] });
  try {
    const answered = once(child, 'message') as Promise<[FuzzAnswer]>;
    const crashed = once(child, 'exit').then(([code, signal]) => Promise.reject(new Error(`the process ended: ${String(signal ?? code)}`)));
    child.send(run);
    const [{ outcomes, failures, megabytes }] = await Promise.race([answered, crashed]);
    expect(failures.join('\n\n')).toBe('');
    const count = (what: RegExp): number => Object.entries(outcomes).reduce((sum, [outcome, times]) => (what.test(outcome) ? sum + times : sum), 0);
    expect(count(/./)).toBe(run.count);
    // They are not all refused at the door, and neither in a whole host.
    expect(count(/^call: (?:all returned|some failed)$/)).toBeGreaterThan(run.count / 10);
    expect(count(/^serve: (?:status|exit code|failed with guest-trap|guest-trap)/)).toBeGreaterThan(run.count / 100);
    expect(megabytes).toBeLessThan(mostMegabytes);
  } finally {
    child.kill('SIGKILL');
  }
});
