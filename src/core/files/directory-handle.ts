import type { Source } from '../engine/streams.ts';
import type { MaybePromise } from '../engine/values.ts';
import {
  type Directory,
  type DirectoryEntry,
  FileError,
  type FileHandle,
  type FileKind,
  type FileStat,
  type HandleFlags,
  type NewTime,
  type OpenOptions,
} from '../ports/files.ts';
import { RegularHandle } from './file-handle.ts';
import { type FileMode, type FileTree, type OpenedFile, type Place, resolve } from './tree.ts';

/** How often an open with `create` starts again because the name came or went between looking and opening. */
const maxRaces = 8;

/**
 * The port over a tree's primitives: paths, flags, read-only handles and which failure comes first are decided here, once for all of them.
 * The directory takes over the hold on `root`.
 */
export function createTreeDirectory<D>(tree: FileTree<D>, root: D, options: { readOnly?: boolean | undefined } = {}): Directory {
  let open = true;
  return Object.freeze({
    open(wish: { readOnly?: boolean } = {}): FileHandle {
      if (!open) throw new FileError('bad-descriptor');
      const mutable = !(options.readOnly ?? false) && !(wish.readOnly ?? false);
      return new DirectoryHandle(tree, tree.hold(root), mutable, { ...noFlags, read: true, mutateDirectory: mutable });
    },
    close(): void {
      if (!open) return;
      open = false;
      tree.leave(root);
    },
  });
}

const noFlags: HandleFlags = Object.freeze({
  read: false,
  write: false,
  mutateDirectory: false,
  fileIntegritySync: false,
  dataIntegritySync: false,
  requestedWriteSync: false,
});

class DirectoryHandle<D> implements FileHandle {
  readonly kind: FileKind = 'directory';
  readonly flags: HandleFlags;
  readonly #tree: FileTree<D>;
  readonly #mutable: boolean;
  #directory: D | undefined;

  constructor(tree: FileTree<D>, directory: D, mutable: boolean, flags: HandleFlags) {
    this.#tree = tree;
    this.#directory = directory;
    this.#mutable = mutable;
    this.flags = Object.freeze(flags);
  }

  get #open(): D {
    if (this.#directory === undefined) throw new FileError('bad-descriptor');
    return this.#directory;
  }
  #at<T>(path: string, follow: boolean, act: (place: Place<D>) => T): T {
    return resolve(this.#tree, this.#open, path, follow, act);
  }
  #mutate(): void {
    if (!this.#mutable) throw new FileError('read-only');
  }

  stat(): FileStat {
    return this.#tree.stat(this.#open);
  }
  setTimes(accessed: NewTime, modified: NewTime): void {
    const directory = this.#open;
    this.#mutate();
    this.#tree.setTimes(directory, undefined, accessed, modified);
  }
  sync(dataOnly: boolean): MaybePromise<void> {
    return this.#tree.sync(this.#open, dataOnly);
  }
  close(): void {
    const directory = this.#directory;
    this.#directory = undefined;
    if (directory !== undefined) this.#tree.leave(directory);
  }

  read(): never {
    throw new FileError(this.#directory === undefined ? 'bad-descriptor' : 'is-directory');
  }
  write(): never {
    throw new FileError('bad-descriptor');
  }
  append(): never {
    throw new FileError('bad-descriptor');
  }
  setSize(): never {
    throw new FileError('bad-descriptor');
  }

  list(): Source<DirectoryEntry> {
    return this.#tree.list(this.#open);
  }

  openAt(path: string, options: OpenOptions): FileHandle {
    const { create = false, exclusive = false, truncate = false, directory = false, mutateDirectory = false } = options;
    const write = (options.write ?? false) || create || truncate;
    const flags: HandleFlags = {
      read: (options.read ?? false) || !(options.write ?? false),
      write,
      mutateDirectory,
      fileIntegritySync: options.fileIntegritySync ?? false,
      dataIntegritySync: options.dataIntegritySync ?? false,
      requestedWriteSync: options.requestedWriteSync ?? false,
    };
    if (directory && (create || exclusive || truncate)) throw new FileError('invalid');
    if (write || mutateDirectory) this.#mutate();
    const follow = (options.follow ?? false) && !(create && exclusive);
    const wish = { create, exclusive, truncate, directory, flags };
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#at(path, follow, (place) => this.#openPlace(place, wish));
      } catch (failure) {
        if (!(failure instanceof Raced)) throw failure;
        if (attempt === maxRaces) throw new FileError('busy', { cause: failure });
      }
    }
  }

  #openPlace({ directory, name, mustBeDirectory }: Place<D>, wish: OpenWish): FileHandle {
    const tree = this.#tree;
    const kind = name === undefined ? 'directory' : tree.lookup(directory, name)?.kind;
    if (kind !== undefined && wish.create && wish.exclusive) throw new FileError('exist');
    if (kind === 'directory') {
      if (wish.flags.write) throw new FileError('is-directory');
      const opened = name === undefined ? tree.hold(directory) : tree.enter(directory, name);
      return new DirectoryHandle(tree, opened, this.#mutable, wish.flags);
    }
    if (kind === 'symbolic-link') throw new FileError(wish.directory ? 'not-directory' : 'loop');
    if (name === undefined || (kind === undefined && !wish.create)) throw new FileError('no-entry');
    if (kind === undefined && mustBeDirectory) throw new FileError('is-directory');
    if (mustBeDirectory || wish.directory) throw new FileError('not-directory');
    if (kind !== undefined && kind !== 'regular-file') throw new FileError('unsupported');
    const flags = { ...wish.flags, mutateDirectory: false };
    const mode: FileMode = { ...flags, create: kind === undefined, truncate: wish.truncate };
    return new RegularHandle(openOrRace(tree, directory, name, mode, wish.create), flags, this.#mutable);
  }

  statAt(path: string, follow: boolean): FileStat {
    return this.#at(path, follow, ({ directory, name, mustBeDirectory }) => {
      if (name === undefined) return this.#tree.stat(directory);
      return this.#existing(directory, name, mustBeDirectory);
    });
  }
  #existing(directory: D, name: string, mustBeDirectory: boolean): FileStat {
    const stat = this.#tree.lookup(directory, name);
    if (stat === undefined) throw new FileError('no-entry');
    if (mustBeDirectory && stat.kind !== 'directory') throw new FileError('not-directory');
    return stat;
  }

  setTimesAt(path: string, follow: boolean, accessed: NewTime, modified: NewTime): void {
    this.#at(path, follow, ({ directory, name, mustBeDirectory }) => {
      if (name !== undefined) this.#existing(directory, name, mustBeDirectory);
      this.#mutate();
      this.#tree.setTimes(directory, name, accessed, modified);
    });
  }

  createDirectoryAt(path: string): void {
    this.#at(path, false, ({ directory, name }) => {
      if (name === undefined || this.#tree.lookup(directory, name) !== undefined) throw new FileError('exist');
      this.#mutate();
      this.#tree.createDirectory(directory, name);
    });
  }

  removeDirectoryAt(path: string): void {
    this.#at(path, false, ({ directory, name }) => {
      if (name === undefined) throw new FileError('invalid');
      this.#existing(directory, name, true);
      this.#mutate();
      this.#tree.removeDirectory(directory, name);
    });
  }

  unlinkAt(path: string): void {
    this.#at(path, false, ({ directory, name, mustBeDirectory }) => {
      if (name === undefined) throw new FileError('is-directory');
      const { kind } = this.#existing(directory, name, mustBeDirectory);
      if (kind === 'directory') throw new FileError('is-directory');
      this.#mutate();
      this.#tree.unlink(directory, name);
    });
  }

  readlinkAt(path: string): string {
    return this.#at(path, false, ({ directory, name, mustBeDirectory }) => {
      if (name === undefined) throw new FileError('invalid');
      if (this.#existing(directory, name, mustBeDirectory).kind !== 'symbolic-link') throw new FileError('invalid');
      const target = this.#tree.readlink(directory, name);
      if (target.startsWith('/')) throw new FileError('not-permitted');
      return target;
    });
  }

  symlinkAt(target: string, path: string): void {
    if (target === '') throw new FileError('no-entry');
    if (target.startsWith('/')) throw new FileError('not-permitted');
    if (target.includes('\0')) throw new FileError('invalid');
    this.#at(path, false, (place) => {
      const name = this.#free(place);
      this.#mutate();
      this.#tree.symlink(target, place.directory, name);
    });
  }
  /** The name of a place where something that is no directory can be made. */
  #free({ directory, name, mustBeDirectory }: Place<D>): string {
    if (name === undefined || this.#tree.lookup(directory, name) !== undefined) throw new FileError('exist');
    if (mustBeDirectory) throw new FileError('no-entry');
    return name;
  }

  linkAt(path: string, follow: boolean, to: FileHandle, newPath: string): void {
    this.#at(path, follow, ({ directory, name, mustBeDirectory }) => {
      if (name === undefined) throw new FileError('not-permitted');
      const { kind } = this.#existing(directory, name, mustBeDirectory);
      if (kind === 'directory') throw new FileError('not-permitted');
      const other = this.#sameTree(to);
      other.#at(newPath, false, (place) => {
        const newName = other.#free(place);
        // A name in a writable tree for a file of a read-only one would make that file writable.
        this.#mutate();
        other.#mutate();
        this.#tree.link(directory, name, place.directory, newName);
      });
    });
  }

  renameAt(path: string, to: FileHandle, newPath: string): void {
    this.#at(path, false, ({ directory, name, mustBeDirectory }) => {
      if (name === undefined) throw new FileError('busy');
      const { kind } = this.#existing(directory, name, mustBeDirectory);
      const other = this.#sameTree(to);
      other.#at(newPath, false, (place) => {
        if (place.name === undefined) throw new FileError('busy');
        if (place.mustBeDirectory && kind !== 'directory') throw new FileError('not-directory');
        this.#mutate();
        other.#mutate();
        this.#tree.rename(directory, name, place.directory, place.name);
      });
    });
  }
  #sameTree(handle: FileHandle): DirectoryHandle<D> {
    if (handle.kind !== 'directory') throw new FileError('not-directory');
    if (!(#tree in handle) || handle.#tree !== this.#tree) throw new FileError('cross-device');
    return handle as DirectoryHandle<D>;
  }
}

interface OpenWish {
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly truncate: boolean;
  readonly directory: boolean;
  readonly flags: HandleFlags;
}

/** Another program made or removed the name after it was looked at. */
class Raced extends Error {}

function openOrRace<D>(tree: FileTree<D>, directory: D, name: string, mode: FileMode, create: boolean): OpenedFile {
  try {
    return tree.open(directory, name, mode);
  } catch (failure) {
    const raced = failure instanceof FileError && create && failure.code === (mode.create ? 'exist' : 'no-entry');
    throw raced ? new Raced('the entry changed while it was opened', { cause: failure }) : failure;
  }
}
