import { createHostOn } from '../../src/core/host.ts';
import { HostlingError } from '../../src/core/errors.ts';
import { createMemoryDirectory } from '../../src/platform/memory/files.ts';
import { createRecordingLog } from '../../src/platform/memory/log.ts';
import { createNodePlatform } from '../../src/platform/node/platform.ts';
import { describe, isMeant, Unmeant } from './meant.ts';

const timeoutMs = 200;

/**
 * Takes a component through everything that a host does with one, with the real WASI: it answers a request, or runs as a command.
 * @returns how it ended
 * @throws Unmeant for any failure that is not a deliberate one
 */
export async function serve(bytes: Uint8Array, command: boolean): Promise<string> {
  const host = createHostOn(createNodePlatform({ cacheDirectory: false, log: createRecordingLog() }), () => createMemoryDirectory());
  try {
    if (command) return `serve: exit code ${await host.run({ component: bytes, memoryLimitMb: 64, signal: AbortSignal.timeout(timeoutMs) })}`;
    const workload = await host.start({ component: bytes, timeoutMs, memoryLimitMb: 64, directories: { '/': 'memory' } });
    const response = await workload.fetch('/');
    await Promise.race([response.text().catch(() => undefined), new Promise((resolve) => void setTimeout(resolve, timeoutMs))]);
    return `serve: status ${response.status}`;
  } catch (failure) {
    if (!isMeant(failure, 'serve')) throw new Unmeant(`serve: ${describe(failure)}`, { cause: failure });
    return `serve: ${failure instanceof HostlingError ? failure.code : 'trap'}`;
  } finally {
    await host.stop({ graceMs: 0 });
  }
}
