import fs from 'node:fs';
import { HostlingError, messageOf } from '../../core/errors.ts';
import { createTreeDirectory } from '../../core/files/directory-handle.ts';
import type { FileTree } from '../../core/files/tree.ts';
import type { Directory } from '../../core/ports/files.ts';
import { hasDescriptorPaths, type LinuxDirectory, linuxDirectories, openDirectoryAt } from './files-linux.ts';
import { openPortableAt, type PortableDirectory, portableDirectories } from './files-portable.ts';
import { createNodeTree } from './files-tree.ts';

export interface OpenDirectoryOptions {
  /** Guests can read only. Default false. */
  readonly readOnly?: boolean;
  /** Keep to paths where descriptors of directories could be used, as on systems that have none. Default false; for tests. */
  readonly portable?: boolean;
}

// One tree for all directories, without any state: a guest may then rename and link between two directories it was granted.
const linuxTree: FileTree<LinuxDirectory> = createNodeTree(linuxDirectories);
const portableTree: FileTree<PortableDirectory> = createNodeTree(portableDirectories);

/**
 * Grants a real directory, and nothing outside of it. The path is resolved now; renaming the directory later does not matter on Linux.
 *
 * @throws HostlingError `directory-unreadable` if there is no such directory or it cannot be read
 * @example
 * const data = openDirectory('./data', { readOnly: true });
 */
export function openDirectory(path: string, options: OpenDirectoryOptions = {}): Directory {
  try {
    const real = fs.realpathSync.native(path);
    // Reading it now, not when a guest does, is how one learns whether it can be read.
    fs.opendirSync(real).closeSync();
    const wish = { readOnly: options.readOnly };
    if (hasDescriptorPaths() && !(options.portable ?? false)) return createTreeDirectory(linuxTree, openDirectoryAt(real), wish);
    return createTreeDirectory(portableTree, openPortableAt(real), wish);
  } catch (cause) {
    throw new HostlingError('directory-unreadable', `the directory ${path} cannot be opened: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'ENOTDIR') return 'it is not a directory';
  if (code === 'EACCES' || code === 'EPERM') return 'reading it is not allowed';
  return messageOf(cause);
}
