import type { Source } from '../engine/streams.ts';
import type { MaybePromise } from '../engine/values.ts';

/**
 * Files. A {@link Directory} is the capability to one tree, nothing around it: what a workload is granted as a preopened directory.
 * Everything is done through a {@link FileHandle}, which is what a WASI descriptor stands for.
 *
 * Rules for every implementation:
 *
 * - No path leads out of the directory whose handle it is given to. A path that begins with `/`, a `..` above that directory and a
 *   symbolic link that is absolute or points above it MUST fail with `not-permitted`, also while others rename and replace entries.
 * - Paths are `/`-separated, `''` fails with `no-entry`, one with a NUL with `invalid`. A trailing `/` demands a directory.
 * - A handle stays with the object it was opened for, whatever its name becomes: unlinked files stay readable and writable.
 * - An open handle is closed by who opened it, `close` more than once is harmless, anything else after it fails with `bad-descriptor`.
 *   Operations under way at `close` finish first.
 * - A failure is thrown, or rejects, as {@link FileError}; its code is what the guest sees, its text never is.
 * - Nothing MUST block the host's thread for longer than a metadata call: named pipes, devices and sockets are not opened.
 */
export interface Directory {
  /**
   * A handle for the directory itself, at once. With `readOnly` it and every handle opened through it only read.
   * Handles that are open when the directory is closed stay usable.
   */
  open(options?: { readOnly?: boolean }): FileHandle;
  /** Lets go of what the directory holds; who created it calls it, after which `open` fails with `bad-descriptor`. */
  close(): void;
}

/** What an entry is. */
export type FileKind = 'block-device' | 'character-device' | 'directory' | 'fifo' | 'symbolic-link' | 'regular-file' | 'socket' | 'other';

/** What is known of an object without reading it. Two objects are the same if device and inode are. Times are since 1970, in UTC. */
export interface FileStat {
  readonly kind: FileKind;
  readonly linkCount: bigint;
  /** Bytes of a file; of a symbolic link, the length of its target. */
  readonly size: bigint;
  readonly accessedNs: bigint | undefined;
  readonly modifiedNs: bigint | undefined;
  readonly changedNs: bigint | undefined;
  readonly device: bigint;
  readonly inode: bigint;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: FileKind;
}

/** What a handle was opened for. The sync flags are requests that an implementation without a disk ignores. */
export interface HandleFlags {
  readonly read: boolean;
  readonly write: boolean;
  readonly mutateDirectory: boolean;
  readonly fileIntegritySync: boolean;
  readonly dataIntegritySync: boolean;
  readonly requestedWriteSync: boolean;
}

/** How {@link FileHandle.openAt} opens; everything not said is off. */
export interface OpenOptions extends Partial<HandleFlags> {
  /** Follow a symbolic link in the last place of the path; without it one fails with `loop`. */
  readonly follow?: boolean | undefined;
  /** Make an empty file if there is none. Implies `write`. */
  readonly create?: boolean | undefined;
  /** With `create`: fail with `exist` if there is something, and never follow. */
  readonly exclusive?: boolean | undefined;
  /** Fail with `not-directory` if it is none. */
  readonly directory?: boolean | undefined;
  /** Empty the file. Implies `write`. */
  readonly truncate?: boolean | undefined;
}

/** A time to set: nanoseconds since 1970, the present, or what it was. */
export type NewTime = bigint | 'now' | 'keep';

/**
 * An open file or directory.
 *
 * - Whether a handle may change anything comes from the {@link Directory} it goes back to; on a read-only one, what would change something
 *   fails with `read-only`. A subdirectory inherits it even when opened without `mutateDirectory`, which only shows in `flags`: guests
 *   open directories for reading and remove entries through them.
 * - File operations on a directory fail with `is-directory` (`read`) or `bad-descriptor`, directory operations on a file with `not-directory`.
 *   So does `read` without the flag `read`, and `write`, `append`, `setSize` without `write`: `bad-descriptor`.
 * - Each change of the tree is atomic: an entry is there or not, a rename replaces its target in one step.
 */
export interface FileHandle {
  readonly kind: FileKind;
  readonly flags: HandleFlags;

  stat(): MaybePromise<FileStat>;
  setTimes(accessed: NewTime, modified: NewTime): MaybePromise<void>;
  /** Waits until what was written is on the medium; `dataOnly` leaves out metadata not needed to read it. */
  sync(dataOnly: boolean): MaybePromise<void>;
  close(): void;

  /** 1 to `max` bytes from `offset`, none at the end of the file and after it. The bytes belong to the caller. */
  read(max: number, offset: bigint): MaybePromise<Uint8Array>;
  /**
   * All of the bytes, growing the file with zeros up to `offset`. On failure a part of them may have been written. When it settles the caller may change
   * them.
   */
  write(bytes: Uint8Array, offset: bigint): MaybePromise<void>;
  /** All of the bytes at the end of the file; other appends come before or after, never between or over them. The same holds for them. */
  append(bytes: Uint8Array): MaybePromise<void>;
  setSize(size: bigint): MaybePromise<void>;

  /** The entries without `.` and `..`, one per read, in no order. Cancelling releases it; it outlives the handle. */
  list(): Source<DirectoryEntry>;
  openAt(path: string, options: OpenOptions): MaybePromise<FileHandle>;
  statAt(path: string, follow: boolean): MaybePromise<FileStat>;
  setTimesAt(path: string, follow: boolean, accessed: NewTime, modified: NewTime): MaybePromise<void>;
  createDirectoryAt(path: string): MaybePromise<void>;
  removeDirectoryAt(path: string): MaybePromise<void>;
  unlinkAt(path: string): MaybePromise<void>;
  /** The target of a link; `not-permitted` if it is absolute. */
  readlinkAt(path: string): MaybePromise<string>;
  /** The target is not looked at, save that an absolute one fails with `not-permitted`. */
  symlinkAt(target: string, path: string): MaybePromise<void>;
  /** A second name for a file, under `to`; `cross-device` if the two are of different trees, `not-permitted` for a directory. */
  linkAt(path: string, follow: boolean, to: FileHandle, newPath: string): MaybePromise<void>;
  renameAt(path: string, to: FileHandle, newPath: string): MaybePromise<void>;
}

/** The failures of files, by the names of `wasi:filesystem/types.error-code`; a failure without a name of its own is `io`. */
export type FileErrorCode =
  | 'access'
  | 'already'
  | 'bad-descriptor'
  | 'busy'
  | 'deadlock'
  | 'quota'
  | 'exist'
  | 'file-too-large'
  | 'illegal-byte-sequence'
  | 'in-progress'
  | 'interrupted'
  | 'invalid'
  | 'io'
  | 'is-directory'
  | 'loop'
  | 'too-many-links'
  | 'message-size'
  | 'name-too-long'
  | 'no-device'
  | 'no-entry'
  | 'no-lock'
  | 'insufficient-memory'
  | 'insufficient-space'
  | 'not-directory'
  | 'not-empty'
  | 'not-recoverable'
  | 'unsupported'
  | 'no-tty'
  | 'no-such-device'
  | 'overflow'
  | 'not-permitted'
  | 'pipe'
  | 'read-only'
  | 'invalid-seek'
  | 'text-file-busy'
  | 'cross-device';

/** What a file operation fails with. */
export class FileError extends Error {
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode, options?: { cause?: unknown; message?: string }) {
    super(options?.message ?? code, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FileError';
    this.code = code;
  }
}
