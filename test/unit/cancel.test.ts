import { expect, test } from 'vitest';
import { cancelOf } from '../../src/core/engine/values.ts';
import { parseAllowedHosts } from '../../src/core/http/egress.ts';
import { createManualClock } from '../../src/platform/memory/clock.ts';
import { createMemoryHttpOut } from '../../src/platform/memory/http-out.ts';
import { createClocks } from '../../src/core/wasi/p3/clocks.ts';
import { createHttp } from '../../src/core/wasi/p3/http.ts';
import { Request } from '../../src/core/wasi/p3/http-request.ts';
import { InstanceScope } from '../../src/core/wasi/scope.ts';

test('a wait that a guest cancels leaves no timer', async () => {
  let timers = 0;
  const manual = createManualClock();
  const clock = {
    ...manual,
    after: (delayNs: bigint, callback: () => void) => {
      timers++;
      const callOff = manual.after(delayNs, callback);
      return () => {
        timers--;
        callOff();
      };
    },
  };
  const monotonic = createClocks(clock)['wasi:clocks/monotonic-clock']?.(new InstanceScope()) as { waitFor(ns: bigint): Promise<void> };
  const waiting = monotonic.waitFor(1_000n);
  expect(timers).toBe(1);
  cancelOf(waiting)?.();
  await waiting;
  expect(timers).toBe(0);
});

test('a request that a guest cancels is aborted on its way', async () => {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const httpOut = createMemoryHttpOut((_request, signal) => {
    signal.addEventListener('abort', () => resolve());
    return new Promise(() => {});
  });
  const client = createHttp({ httpOut, egress: parseAllowedHosts(['*']) })['wasi:http/client']?.(new InstanceScope()) as {
    send(request: Request): Promise<unknown>;
  };
  const scope = new InstanceScope();
  const request = Request.incoming({ method: 'GET', scheme: 'http', authority: 'x.example', path: '/', headers: [] }, scope);
  const sent = client.send(request);
  cancelOf(sent)?.();
  await expect(sent).rejects.toMatchObject({ payload: { tag: 'connection-terminated' } });
  await aborted;
});
