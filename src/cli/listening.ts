import { listen } from '../platform/node/http-in.ts';
import type { Workload } from '../core/workload/workload.ts';
import type { Address } from './options.ts';

/** How long requests in flight may take after the signal to stop. */
const graceMs = 30_000;

/**
 * Answers requests until the process is told to stop, then lets those in flight finish.
 * @throws HostlingError `address-in-use`, `address-unavailable`
 */
export async function listenUntilStopped(addr: Address, handle: Workload['handle']): Promise<void> {
  const stop = stopSignal();
  const { address, port, close } = await listen({ ...addr, handle });
  process.stdout.write(`listening on http://${address.includes(':') ? `[${address}]` : address}:${port}\n`);
  await stop;
  await close(graceMs);
}

/** Resolves at the first signal to stop; the second ends the process. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const [signal, exitCode] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.on(signal, () => {
        if (asked) process.exit(exitCode);
        asked = true;
        resolve();
      });
    }
  });
}
