import { describe, expect, test } from 'vitest';
import { type ByteSource, sourceOf } from '../../src/core/engine/streams.ts';
import { HostlingError } from '../../src/core/errors.ts';
import type { HttpRequest } from '../../src/core/http/message.ts';
import { createWorkload, type Workload } from '../../src/core/workload/workload.ts';
import { createRecordingLog } from '../../src/platform/memory/log.ts';

const request: HttpRequest = { method: 'GET', scheme: 'http', authority: 'x', path: '/', headers: [] };

/** A workload whose every answer has this body, and its log. */
function answering(body: ByteSource): { workload: Workload; lines: () => string[] } {
  const log = createRecordingLog();
  const runner = { handle: async () => ({ status: 200, headers: [], body }), run: async () => 0, stop: async () => {} };
  const workload = createWorkload({ name: 'w', digest: '', hosts: [], runner, log, onStopped: () => {} });
  return { workload, lines: () => log.lines.map(({ level, message }) => `${level} ${message}`) };
}

const failing = (failure: unknown): ByteSource => {
  let reads = 0;
  return { read: async () => (reads++ === 0 ? Uint8Array.of(1) : Promise.reject(failure)), cancel: () => {} };
};

describe('a workload whose guest has sent the head of its answer', () => {
  test('counts and logs a failure that comes after it, once', async () => {
    const { workload, lines } = answering(failing(new HostlingError('guest-trap', 'the guest trapped late')));
    const { body } = await workload.handle(request, new AbortController().signal);
    expect(await body?.read(10)).toEqual(Uint8Array.of(1));
    await expect(async () => body?.read(10)).rejects.toThrow('the guest trapped late');
    await expect(async () => body?.read(10)).rejects.toThrow('the guest trapped late');
    expect(lines()).toEqual(['error the guest trapped late']);
    expect(workload.status()).toMatchObject({ calls: 1, failures: 1, lastFailure: 'the guest trapped late' });
  });

  test('takes no end for a failure, nor a caller who leaves', async () => {
    const { workload, lines } = answering(sourceOf(Uint8Array.of(1)));
    const { body } = await workload.handle(request, new AbortController().signal);
    while ((await body?.read(10)) !== undefined);
    const left = answering(failing(new HostlingError('cancelled', 'the caller went away')));
    const { body: other } = await left.workload.handle(request, new AbortController().signal);
    await other?.read(10);
    await expect(async () => other?.read(10)).rejects.toThrow('the caller went away');
    expect([...lines(), ...left.lines()]).toEqual([]);
    expect(left.workload.status().failures).toBe(0);
  });
});
