import fs from 'node:fs';
import { FileError } from '../../core/ports/files.ts';
import { NodeFile } from './files-file.ts';
import { kindOf } from './files-stat.ts';
import type { NodeDirectories } from './files-tree.ts';

/** A directory by descriptor, counted: it is closed when nobody holds it. */
export interface LinuxDirectory {
  readonly fd: number;
  holds: number;
}

const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = fs.constants;
/** Refers to an object without opening it; Node has no constant for it, and it is this on every architecture Node runs on. */
const O_PATH = 0o10000000;

const descriptorPath = (fd: number): string => `/proc/self/fd/${fd}`;

/**
 * Directories as descriptors. A path of the form `/proc/self/fd/N/name` begins at the directory itself, not at its name, so it stays right
 * when directories above are renamed or replaced: what `openat` and its kin do, which Node does not offer.
 */
export const linuxDirectories: NodeDirectories<LinuxDirectory> = Object.freeze({
  hold(directory: LinuxDirectory): LinuxDirectory {
    directory.holds++;
    return directory;
  },
  leave(directory: LinuxDirectory): void {
    if (--directory.holds === 0) fs.closeSync(directory.fd);
  },
  enter: (directory: LinuxDirectory, name: string) => openDirectoryAt(`${descriptorPath(directory.fd)}/${name}`),
  path: ({ fd }: LinuxDirectory, name?: string) => (name === undefined ? descriptorPath(fd) : `${descriptorPath(fd)}/${name}`),
  open(directory: LinuxDirectory, name: string, flags: number, create: boolean): NodeFile {
    const path = `${descriptorPath(directory.fd)}/${name}`;
    const fd = create ? fs.openSync(path, flags | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666) : openExisting(path, flags);
    return new NodeFile(fd, (file) => fs.openSync(descriptorPath(file), O_WRONLY | O_APPEND));
  },
});

/** Whether the process can reach its own descriptors by path. */
export function hasDescriptorPaths(): boolean {
  return process.platform === 'linux' && fs.existsSync('/proc/self/fd');
}

/** A directory by its path; a symbolic link in the last place is an error. */
export function openDirectoryAt(path: string): LinuxDirectory {
  return { fd: fs.openSync(path, O_PATH | O_DIRECTORY | O_NOFOLLOW), holds: 1 };
}

/** Looks at the object before opening it, and then opens that very object: opening a pipe or a device may already do something. */
function openExisting(path: string, flags: number): number {
  const reference = fs.openSync(path, O_PATH | O_NOFOLLOW);
  try {
    const kind = kindOf(fs.fstatSync(reference));
    if (kind === 'symbolic-link') throw new FileError('loop');
    if (kind === 'directory') throw new FileError('is-directory');
    if (kind !== 'regular-file') throw new FileError('unsupported');
    return fs.openSync(descriptorPath(reference), flags | O_NONBLOCK);
  } finally {
    fs.closeSync(reference);
  }
}
