import fs from 'node:fs';
import path from 'node:path';
import { FileError } from '../../core/ports/files.ts';
import { NodeFile } from './files-file.ts';
import { kindOf } from './files-stat.ts';
import type { NodeDirectories } from './files-tree.ts';

/** A directory by its real path, with what it was when it was entered. */
export interface PortableDirectory {
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
}

const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_TRUNC } = fs.constants;
const windows = process.platform === 'win32';
/** Names that Windows takes for a device, a stream of a file or another name. */
const windowsSpecial = /[\\:*?"<>|]|^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)|[. ]$/i;

/**
 * Directories as paths, for systems that cannot name a descriptor. Each use makes sure that the path still leads to the same directory;
 * one that was renamed or replaced fails with `no-entry`. Another program that renames at the right moment could get in between:
 * nothing that Node offers prevents that here.
 */
export const portableDirectories: NodeDirectories<PortableDirectory> = Object.freeze({
  hold: (directory: PortableDirectory) => directory,
  leave() {},
  enter(directory: PortableDirectory, name: string): PortableDirectory {
    const entered = openPortableAt(pathOf(directory, name));
    if (path.dirname(entered.path) !== directory.path) throw new FileError('not-permitted');
    return entered;
  },
  path: pathOf,
  open(directory: PortableDirectory, name: string, flags: number, create: boolean): NodeFile {
    const file = pathOf(directory, name);
    const fd = create ? fs.openSync(file, flags | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666) : openExisting(file, flags);
    try {
      // Whatever was opened is only used if the directory is still the one that was meant.
      verify(directory);
      if (!create && (flags & O_TRUNC) !== 0) fs.ftruncateSync(fd);
      return new NodeFile(fd);
    } catch (failure) {
      fs.closeSync(fd);
      throw failure;
    }
  },
  toTarget(target: string): string {
    if (!windows) return target;
    if (path.win32.isAbsolute(target) || /^[a-z]:/i.test(target)) throw new FileError('not-permitted');
    return target.replaceAll('\\', '/');
  },
});

/** The directory at a path, which is not a symbolic link. */
export function openPortableAt(location: string): PortableDirectory {
  const real = fs.realpathSync.native(location);
  const stats = fs.lstatSync(location, { bigint: true });
  if (!stats.isDirectory()) throw new FileError('not-directory');
  return { path: real, device: stats.dev, inode: stats.ino };
}

function pathOf(directory: PortableDirectory, name?: string): string {
  verify(directory);
  if (name === undefined) return directory.path;
  if (windows && windowsSpecial.test(name)) throw new FileError('invalid');
  return directory.path.endsWith(path.sep) ? directory.path + name : directory.path + path.sep + name;
}

function verify(directory: PortableDirectory): void {
  const stats = fs.lstatSync(directory.path, { bigint: true, throwIfNoEntry: false });
  const same = stats !== undefined && stats.isDirectory() && stats.dev === directory.device && stats.ino === directory.inode;
  if (!same || fs.realpathSync.native(directory.path) !== directory.path) throw new FileError('no-entry');
}

function openExisting(file: string, flags: number): number {
  const before = fs.lstatSync(file, { bigint: true });
  const kind = kindOf(before);
  if (kind === 'symbolic-link') throw new FileError('loop');
  if (kind === 'directory') throw new FileError('is-directory');
  if (kind !== 'regular-file') throw new FileError('unsupported');
  const fd = fs.openSync(file, (flags & ~O_TRUNC) | O_NOFOLLOW | O_NONBLOCK);
  const opened = fs.fstatSync(fd, { bigint: true });
  if (opened.dev === before.dev && opened.ino === before.ino) return fd;
  fs.closeSync(fd);
  throw new FileError('busy');
}
