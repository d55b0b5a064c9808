import { createHostOn } from '../../src/core/host.ts';
import { HostlingError } from '../../src/core/errors.ts';
import { requestFromWeb, responseToWeb } from '../../src/core/http/web.ts';
import { createMemoryDirectory } from '../../src/platform/memory/files.ts';
import { createRecordingLog } from '../../src/platform/memory/log.ts';
import { createNodePlatform } from '../../src/platform/node/platform.ts';
import { describe, isMeant, Unmeant } from './meant.ts';

const timeoutMs = 200;
/** How JavaScript words what nobody meant: of a failure that is answered only its words are known. */
const defect =
  /is not (?:a function|a constructor|iterable|defined)|Cannot (?:read|set|convert|mix|destructure|redefine) |Invalid (?:array|typed array|string|DataView) length/;

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
    const { status, body, failure } = await workload.handle(requestFromWeb(new Request('http://guest/')), AbortSignal.timeout(timeoutMs));
    if (failure !== undefined && (failure.code === 'internal' || defect.test(failure.message))) throw new Unmeant(`serve: ${failure.code}: ${failure.message}`);
    await Promise.race([
      responseToWeb({ status, headers: [], body })
        .text()
        .catch(() => undefined),
      new Promise((resolve) => void setTimeout(resolve, timeoutMs)),
    ]);
    return failure === undefined ? `serve: status ${status}` : `serve: failed with ${failure.code}`;
  } catch (failure) {
    if (failure instanceof Unmeant) throw failure;
    if (!isMeant(failure, 'serve')) throw new Unmeant(`serve: ${describe(failure)}`, { cause: failure });
    return `serve: ${failure instanceof HostlingError ? failure.code : 'trap'}`;
  } finally {
    await host.stop({ graceMs: 0 });
  }
}
