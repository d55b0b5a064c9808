import { filterLog } from '../core/log.ts';
import type { Host } from '../core/host.ts';
import type { Directory } from '../core/ports/files.ts';
import type { LogLevel } from '../core/ports/log.ts';
import type { WorkloadOptions } from '../core/workload/options.ts';
import { openDirectory } from '../platform/node/files.ts';
import { createHost } from '../platform/node/index.ts';
import { stderrLog } from '../platform/node/log.ts';
import { sources } from '../platform/node/sources.ts';
import { type CommonOptions, type DirectoryGrant, type GrantOptions, platformOptions, workloadNameOf } from './options.ts';
import { createStatusLine, type StatusLine } from './progress.ts';

/** What a command works with. Disposing of it stops the host. */
export interface Session extends AsyncDisposable {
  readonly host: Host;
  /** The part of a workload's options that the command line gives. */
  readonly workload: Pick<WorkloadOptions, 'name' | 'env' | 'allowedHosts' | 'directories' | 'memoryLimitMb'>;
  readonly status: StatusLine;
  /** Says something that is no failure. */
  warn(message: string): void;
  /**
   * The component's bytes.
   * @throws HostlingError `source-unreachable`
   */
  read(): Promise<Uint8Array>;
}

/** How a session is opened. */
export interface SessionOptions extends CommonOptions {
  readonly component: string;
  /** The least that is logged, unless everything is. */
  readonly log: LogLevel;
  readonly grants?: GrantOptions;
}

/**
 * Makes a host for one command and opens what the guest is given.
 * @throws HostlingError `directory-unreadable`, `runtime-unsupported`
 */
export async function openSession({ component, log, grants = {}, ...common }: SessionOptions): Promise<Session> {
  const { dir = [], env = {}, allowHost = [], memoryLimit } = grants;
  const directories = openDirectories(dir);
  const lines = filterLog(stderrLog, common.verbose ? 'debug' : log);
  const host = await createHost({ ...platformOptions(common), log: lines });
  const status = createStatusLine(component);
  const name = workloadNameOf(component);
  return Object.freeze({
    host,
    workload: { name, env, allowedHosts: allowHost, directories, ...(memoryLimit === undefined ? {} : { memoryLimitMb: memoryLimit }) },
    status,
    warn: (message: string) => lines.write('warn', message, { workload: name }),
    read() {
      status.onStep('loading');
      return sources.read(component);
    },
    async [Symbol.asyncDispose]() {
      status.clear();
      await host.stop({ graceMs: 0 });
      closeAll(directories);
    },
  });
}

function openDirectories(grants: readonly DirectoryGrant[]): Record<string, Directory> {
  const directories: Record<string, Directory> = {};
  try {
    for (const { host, guest, readOnly } of grants) directories[guest] = openDirectory(host, { readOnly });
    return directories;
  } catch (failure) {
    closeAll(directories);
    throw failure;
  }
}

function closeAll(directories: Readonly<Record<string, Directory>>): void {
  for (const directory of Object.values(directories)) directory.close();
}
