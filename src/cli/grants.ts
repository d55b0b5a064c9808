import type { WorkloadOptions } from '../core/workload/options.ts';
import type { Directory } from '../core/ports/files.ts';
import { openDirectory } from '../platform/node/files.ts';
import { type GrantOptions, workloadNameOf } from './options.ts';

/** The part of a workload's options that the command line gives, and who lets go of the directories. */
export interface Grants {
  readonly workload: Pick<WorkloadOptions, 'name' | 'env' | 'allowedHosts' | 'directories'>;
  release(): void;
}

/**
 * Opens what a guest is given.
 * @throws HostlingError `directory-unreadable`
 */
export function openGrants(component: string, options: GrantOptions): Grants {
  const directories: Record<string, Directory> = {};
  const release = (): void => Object.values(directories).forEach((directory) => directory.close());
  try {
    for (const { host, guest, readOnly } of options.dir ?? []) directories[guest] = openDirectory(host, { readOnly });
  } catch (failure) {
    release();
    throw failure;
  }
  const { env = {}, allowHost = [] } = options;
  return { workload: { name: workloadNameOf(component), env, allowedHosts: allowHost, directories }, release };
}
