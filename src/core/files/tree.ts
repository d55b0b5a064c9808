import type { Source } from '../engine/streams.ts';
import type { MaybePromise } from '../engine/values.ts';
import { type DirectoryEntry, FileError, type FileStat, type HandleFlags, type NewTime } from '../ports/files.ts';

/**
 * The primitives of a tree that can be asked synchronously; `directory-handle.ts` derives the port from them. `D` is a reference to an existing
 * directory that stays valid under renames; a name is one path component, never empty, `.`, `..` or with a `/` or NUL.
 *
 * - No primitive MUST follow a symbolic link in the place of the name.
 * - Between two of them others may change the tree, so each says itself what it found.
 * - What `enter` and `hold` give is given back with `leave`, once.
 */
export interface FileTree<D> {
  hold(directory: D): D;
  leave(directory: D): void;
  enter(directory: D, name: string): D;

  /** The object of that name, or nothing. */
  lookup(directory: D, name: string): FileStat | undefined;
  stat(directory: D): FileStat;
  readlink(directory: D, name: string): string;
  list(directory: D): Source<DirectoryEntry>;
  /** Opens a regular file; anything else fails. `create` makes it, failing with `exist` if the name is taken. */
  open(directory: D, name: string, mode: FileMode): OpenedFile;

  createDirectory(directory: D, name: string): void;
  removeDirectory(directory: D, name: string): void;
  /** Removes anything but a directory, which fails with `is-directory`. */
  unlink(directory: D, name: string): void;
  symlink(target: string, directory: D, name: string): void;
  link(from: D, name: string, to: D, newName: string): void;
  rename(from: D, name: string, to: D, newName: string): void;
  /** Of the named object, or of the directory itself. */
  setTimes(directory: D, name: string | undefined, accessed: NewTime, modified: NewTime): void;
  sync(directory: D, dataOnly: boolean): MaybePromise<void>;
}

export interface FileMode extends Omit<HandleFlags, 'mutateDirectory'> {
  readonly create: boolean;
  readonly truncate: boolean;
}

/** A regular file; the caller has checked flags and ranges. `close` is called once and lets operations under way finish. */
export interface OpenedFile {
  read(max: number, offset: number): MaybePromise<Uint8Array>;
  write(bytes: Uint8Array, offset: number): MaybePromise<void>;
  append(bytes: Uint8Array): MaybePromise<void>;
  setSize(size: number): MaybePromise<void>;
  stat(): FileStat;
  setTimes(accessed: NewTime, modified: NewTime): void;
  sync(dataOnly: boolean): MaybePromise<void>;
  close(): void;
}

/** Where a path leads: a name in a directory, which may not exist yet, or without a name the directory itself. */
export interface Place<D> {
  readonly directory: D;
  readonly name: string | undefined;
  /** The path ends in a slash: what is there, or is made there, has to be a directory. */
  readonly mustBeDirectory: boolean;
}

/** How many symbolic links a path may go through; Linux has the same limit. */
const maxLinks = 40;
/** How long a path, and one with its links put in, may be. */
const maxPathLength = 4096;
/** How many directories one resolution may go into; a hostile path with many `..` in a deep tree would otherwise hold up the host. */
const maxSteps = 4096;

/**
 * Resolves a path from `start`, component by component, and acts on the place it leads to. The place's directory is only held during `act`.
 * A symbolic link in the last place is followed if `follow` or a trailing slash says so.
 */
export function resolve<D, T>(tree: FileTree<D>, start: D, path: string, follow: boolean, act: (place: Place<D>) => T): T {
  const walk = new Walk(tree, start);
  try {
    return act(walk.to(path, follow));
  } finally {
    walk.end();
  }
}

class Walk<D> {
  readonly #tree: FileTree<D>;
  readonly #start: D;
  readonly #names: string[] = [];
  #directory: D;
  #steps = 0;

  constructor(tree: FileTree<D>, start: D) {
    this.#tree = tree;
    this.#start = start;
    this.#directory = tree.hold(start);
  }

  end(): void {
    this.#tree.leave(this.#directory);
  }

  to(path: string, follow: boolean): Place<D> {
    const pending = components(path).reverse();
    let mustBeDirectory = path.endsWith('/');
    let links = 0;
    for (;;) {
      const name = pending.pop();
      if (name === undefined) return { directory: this.#directory, name, mustBeDirectory: true };
      if (name === '.') continue;
      if (name === '..') {
        this.#ascend();
        continue;
      }
      const last = pending.length === 0;
      if (last && !follow && !mustBeDirectory) return { directory: this.#directory, name, mustBeDirectory };
      const kind = this.#tree.lookup(this.#directory, name)?.kind;
      if (kind === 'symbolic-link') {
        if (++links > maxLinks) throw new FileError('loop');
        const target = this.#tree.readlink(this.#directory, name);
        if (last) mustBeDirectory ||= target.endsWith('/');
        pending.push(...components(target).reverse());
        continue;
      }
      if (last) return { directory: this.#directory, name, mustBeDirectory };
      if (kind === undefined) throw new FileError('no-entry');
      if (kind !== 'directory') throw new FileError('not-directory');
      this.#descend(name);
      this.#names.push(name);
    }
  }

  #descend(name: string): void {
    if (++this.#steps > maxSteps) throw new FileError('name-too-long');
    const next = this.#tree.enter(this.#directory, name);
    this.#tree.leave(this.#directory);
    this.#directory = next;
  }

  /** Goes back by going there again: the directory's own `..` may by now lead anywhere, and a stack would hold a file descriptor per level. */
  #ascend(): void {
    if (this.#names.pop() === undefined) throw new FileError('not-permitted');
    this.#tree.leave(this.#directory);
    this.#directory = this.#tree.hold(this.#start);
    for (const name of this.#names) this.#descend(name);
  }
}

function components(path: string): string[] {
  if (path === '') throw new FileError('no-entry');
  if (path.startsWith('/')) throw new FileError('not-permitted');
  if (path.includes('\0')) throw new FileError('invalid');
  if (path.length > maxPathLength) throw new FileError('name-too-long');
  return path.split('/').filter((component) => component !== '');
}
