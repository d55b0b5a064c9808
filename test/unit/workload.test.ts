import { describe, expect, test } from 'vitest';
import { HostlingError } from '../../src/core/errors.ts';
import type { HttpRequest } from '../../src/core/http/message.ts';
import type { Runner } from '../../src/core/ports/isolate.ts';
import { createManualClock } from '../../src/platform/memory/clock.ts';
import { createWorkload } from '../../src/core/workload/workload.ts';
import { createRecordingLog } from '../../src/platform/memory/log.ts';

const request: HttpRequest = { method: 'GET', scheme: 'http', authority: 'x', path: '/', headers: [] };

describe('a workload whose guest has sent the head of its answer', () => {
  test('counts and logs a failure that comes after it, and takes no caller who leaves for one', async () => {
    const log = createRecordingLog();
    let fail: (failure: unknown) => void = () => {};
    const runner: Runner = {
      async handle(_request, _signal, onLateFailure) {
        fail = onLateFailure;
        return { status: 200, headers: [] };
      },
      run: async () => 0,
      stop: async () => {},
    };
    const workload = createWorkload({ name: 'w', digest: '', hosts: [], runner, clock: createManualClock(), log, onStopped: () => {} });
    await workload.handle(request, new AbortController().signal);
    fail(new HostlingError('cancelled', 'the caller went away'));
    expect(workload.status()).toMatchObject({ calls: 1, failures: 0 });
    fail(new HostlingError('guest-trap', 'the guest trapped late'));
    expect(workload.status()).toMatchObject({ calls: 1, failures: 1, lastFailure: 'the guest trapped late' });
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual(['error the guest trapped late']);
  });
});
