import fs from 'node:fs';
import type { Source } from '../../core/engine/streams.ts';
import { type DirectoryEntry, FileError, type FileErrorCode, type FileStat, type NewTime } from '../../core/ports/files.ts';
import type { FileMode, FileTree, OpenedFile } from '../../core/files/tree.ts';
import { mapped, toFileError } from './files-errors.ts';
import { listDirectory } from './files-list.ts';
import { toFileStat, toUnixTimes } from './files-stat.ts';

/** How a system lets a directory be held and a name in it be reached; everything else is the same on all of them. */
export interface NodeDirectories<D> {
  hold(directory: D): D;
  leave(directory: D): void;
  /** @throws anything; failures are mapped by the caller, as those of the two below */
  enter(directory: D, name: string): D;
  /** A path that means this directory, or this name in it, and leads nowhere else whatever happens to the names above it. */
  path(directory: D, name?: string): string;
  /** Opens a regular file without following a link in its name. */
  open(directory: D, name: string, flags: number, create: boolean): OpenedFile;
  /** A link's target with `/` between the components. */
  toTarget?(target: string): string;
}

const { O_RDONLY, O_WRONLY, O_RDWR, O_TRUNC, O_SYNC = 0, O_DSYNC = 0 } = fs.constants;

/** The tree of real directories. All of it is synchronous, so that no other guest of this thread acts between a check and what depends on it. */
export function createNodeTree<D>(directories: NodeDirectories<D>): FileTree<D> {
  const { path } = directories;
  const stat = (directory: D): FileStat => mapped(() => toFileStat(fs.statSync(path(directory), { bigint: true })));
  return Object.freeze({
    hold: directories.hold,
    leave: directories.leave,
    enter: (directory: D, name: string) => mapped(() => directories.enter(directory, name)),
    lookup(directory: D, name: string): FileStat | undefined {
      const stats = mapped(() => fs.lstatSync(path(directory, name), { bigint: true, throwIfNoEntry: false }));
      return stats === undefined ? undefined : toFileStat(stats);
    },
    stat,
    readlink(directory: D, name: string): string {
      const target = mapped(() => fs.readlinkSync(path(directory, name), 'buffer'));
      try {
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(target);
        return directories.toTarget?.(text) ?? text;
      } catch (cause) {
        throw new FileError('illegal-byte-sequence', { cause });
      }
    },
    list(directory: D): Source<DirectoryEntry> {
      const location = mapped(() => path(directory));
      const held = directories.hold(directory);
      return listDirectory(location, () => directories.leave(held));
    },
    open(directory: D, name: string, mode: FileMode): OpenedFile {
      return mapped(() => directories.open(directory, name, openFlags(mode), mode.create));
    },
    createDirectory: (directory: D, name: string) => mapped(() => fs.mkdirSync(path(directory, name))),
    removeDirectory: (directory: D, name: string) => mapped(() => fs.rmdirSync(path(directory, name))),
    unlink: (directory: D, name: string) => mapped(() => fs.unlinkSync(path(directory, name))),
    symlink: (target: string, directory: D, name: string) => mapped(() => fs.symlinkSync(target, path(directory, name))),
    link: (from: D, name: string, to: D, newName: string) => mapped(() => fs.linkSync(path(from, name), path(to, newName))),
    rename: (from: D, name: string, to: D, newName: string) => mapped(() => fs.renameSync(path(from, name), path(to, newName))),
    setTimes(directory: D, name: string | undefined, accessed: NewTime, modified: NewTime): void {
      const [set, look] = name === undefined ? [fs.utimesSync, fs.statSync] : [fs.lutimesSync, fs.lstatSync];
      mapped(() => {
        const target = path(directory, name);
        set(target, ...toUnixTimes(accessed, modified, () => toFileStat(look(target, { bigint: true }))));
      });
    },
    sync: (directory: D, dataOnly: boolean) => syncDirectory(path(directory), dataOnly),
  });
}

/** Some systems refuse to open a directory for this, or to sync it; there is then nothing to wait for. */
async function syncDirectory(path: string, dataOnly: boolean): Promise<void> {
  let fd: number | undefined;
  try {
    const opened = fs.openSync(path, O_RDONLY);
    fd = opened;
    await new Promise<void>((resolve, reject) => {
      const done = (failure: Error | null): void => (failure ? reject(failure) : resolve());
      if (dataOnly) fs.fdatasync(opened, done);
      else fs.fsync(opened, done);
    });
  } catch (thrown) {
    const failure = toFileError(thrown);
    if (!syncRefusals.has(failure.code)) throw failure;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

const syncRefusals: ReadonlySet<FileErrorCode> = new Set(['access', 'bad-descriptor', 'invalid', 'is-directory', 'not-permitted', 'unsupported']);

function openFlags(mode: FileMode): number {
  const access = mode.write ? (mode.read ? O_RDWR : O_WRONLY) : O_RDONLY;
  const sync = mode.fileIntegritySync || mode.requestedWriteSync ? O_SYNC : mode.dataIntegritySync ? O_DSYNC : 0;
  return access | sync | (mode.truncate ? O_TRUNC : 0);
}
