import type { MaybePromise } from '../../engine/values.ts';
import { WitError } from '../../engine/values.ts';
import { FileError, type FileErrorCode, type FileHandle, type FileKind, type FileStat, type HandleFlags, type NewTime } from '../../ports/files.ts';
import type { FileTable, OpenFile } from './filesystem-file.ts';

/** `path-flags` */
export interface PathFlags {
  readonly symlinkFollow?: boolean;
}
/** `open-flags` */
export interface OpenFlags {
  readonly create?: boolean;
  readonly directory?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
}
/** `instant`, in 0.2 `datetime`: seconds since 1970 and the part of a second */
export interface Instant {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}
/** `new-timestamp` */
export type NewTimestamp = { readonly tag: 'no-change' | 'now' } | { readonly tag: 'timestamp'; readonly val: Instant };
/** `descriptor-stat` */
export interface DescriptorStat<Kind> {
  readonly type: Kind;
  readonly linkCount: bigint;
  readonly size: bigint;
  readonly dataAccessTimestamp: Instant | undefined;
  readonly dataModificationTimestamp: Instant | undefined;
  readonly statusChangeTimestamp: Instant | undefined;
}
/** `metadata-hash-value` */
export interface MetadataHash {
  readonly lower: bigint;
  readonly upper: bigint;
}

/** In what the previews differ: how an error code, a kind of file and a time look. */
export interface Dialect<Code, Kind> {
  code(code: FileErrorCode): Code;
  kind(kind: FileKind): Kind;
  instant(ns: bigint | undefined): Instant | undefined;
}

/** The parts of `wasi:filesystem/types.descriptor` that 0.2 and 0.3 share; there a `func`, here an `async func`. */
export abstract class DescriptorBase<Code, Kind> {
  protected readonly files: FileTable;
  protected readonly file: OpenFile;
  readonly #dialect: Dialect<Code, Kind>;
  #dropped = false;

  constructor(files: FileTable, handle: FileHandle, dialect: Dialect<Code, Kind>) {
    this.files = files;
    this.file = files.adopt(handle);
    this.#dialect = dialect;
  }

  /** A descriptor of the same preview for a handle that was opened through this one. */
  protected abstract derive(handle: FileHandle): this;

  /** Does something with the handle; a {@link FileError} becomes the error of the function's WIT result. */
  protected attempt<T, R = T>(act: (handle: FileHandle) => MaybePromise<T>, then: (value: T) => R): MaybePromise<R> {
    try {
      const value = act(this.file.handle);
      return value instanceof Promise ? value.then(then).catch((failure: unknown) => this.#fail(failure)) : then(value);
    } catch (failure) {
      return this.#fail(failure);
    }
  }
  #fail(failure: unknown): never {
    throw failure instanceof FileError ? new WitError(this.#dialect.code(failure.code)) : failure;
  }

  /** `advise: func(offset: filesize, length: filesize, advice: advice) -> result<_, error-code>` */
  advise(): MaybePromise<void> {
    return this.attempt((handle) => {
      // Advice is taken note of at best; only what it is given about has to be a file.
      if (handle.kind === 'directory') throw new FileError('bad-descriptor');
    }, nothing);
  }
  /** `sync-data: func() -> result<_, error-code>` */
  syncData(): MaybePromise<void> {
    return this.attempt((handle) => handle.sync(true), nothing);
  }
  /** `sync: func() -> result<_, error-code>` */
  sync(): MaybePromise<void> {
    return this.attempt((handle) => handle.sync(false), nothing);
  }
  /** `get-flags: func() -> result<descriptor-flags, error-code>` */
  getFlags(): HandleFlags {
    return this.file.handle.flags;
  }
  /** `get-type: func() -> result<descriptor-type, error-code>` */
  getType(): Kind {
    return this.#dialect.kind(this.file.handle.kind);
  }
  /** `set-size: func(size: filesize) -> result<_, error-code>` */
  setSize(size: bigint): MaybePromise<void> {
    return this.attempt((handle) => handle.setSize(size), nothing);
  }
  /** `set-times: func(data-access-timestamp: new-timestamp, data-modification-timestamp: new-timestamp) -> result<_, error-code>` */
  setTimes(accessed: NewTimestamp, modified: NewTimestamp): MaybePromise<void> {
    return this.attempt((handle) => handle.setTimes(newTime(accessed), newTime(modified)), nothing);
  }
  /** `create-directory-at: func(path: string) -> result<_, error-code>` */
  createDirectoryAt(path: string): MaybePromise<void> {
    return this.attempt((handle) => handle.createDirectoryAt(path), nothing);
  }
  /** `stat: func() -> result<descriptor-stat, error-code>` */
  stat(): MaybePromise<DescriptorStat<Kind>> {
    return this.attempt(
      (handle) => handle.stat(),
      (stat) => this.#stat(stat),
    );
  }
  /** `stat-at: func(path-flags: path-flags, path: string) -> result<descriptor-stat, error-code>` */
  statAt(flags: PathFlags, path: string): MaybePromise<DescriptorStat<Kind>> {
    return this.attempt(
      (handle) => handle.statAt(path, follows(flags)),
      (stat) => this.#stat(stat),
    );
  }
  #stat(stat: FileStat): DescriptorStat<Kind> {
    const { instant, kind } = this.#dialect;
    return {
      type: kind(stat.kind),
      linkCount: stat.linkCount,
      size: stat.size,
      dataAccessTimestamp: instant(stat.accessedNs),
      dataModificationTimestamp: instant(stat.modifiedNs),
      statusChangeTimestamp: instant(stat.changedNs),
    };
  }
  /**
   * `set-times-at: func(path-flags: path-flags, path: string, data-access-timestamp: new-timestamp,
   * data-modification-timestamp: new-timestamp) -> result<_, error-code>`
   */
  setTimesAt(flags: PathFlags, path: string, accessed: NewTimestamp, modified: NewTimestamp): MaybePromise<void> {
    return this.attempt((handle) => handle.setTimesAt(path, follows(flags), newTime(accessed), newTime(modified)), nothing);
  }
  /** `link-at: func(old-path-flags: path-flags, old-path: string, new-descriptor: borrow<descriptor>, new-path: string) -> result<_, error-code>` */
  linkAt(flags: PathFlags, path: string, to: DescriptorBase<Code, Kind>, newPath: string): MaybePromise<void> {
    return this.attempt((handle) => handle.linkAt(path, follows(flags), to.file.handle, newPath), nothing);
  }
  /** `open-at: func(path-flags: path-flags, path: string, open-flags: open-flags, %flags: descriptor-flags) -> result<descriptor, error-code>` */
  openAt(flags: PathFlags, path: string, open: OpenFlags, wanted: Partial<HandleFlags>): MaybePromise<this> {
    return this.attempt(
      (handle) => {
        this.files.admit();
        return handle.openAt(path, { ...wanted, ...open, follow: follows(flags) });
      },
      (opened) => this.derive(opened),
    );
  }
  /** `readlink-at: func(path: string) -> result<string, error-code>` */
  readlinkAt(path: string): MaybePromise<string> {
    return this.attempt((handle) => handle.readlinkAt(path), same);
  }
  /** `remove-directory-at: func(path: string) -> result<_, error-code>` */
  removeDirectoryAt(path: string): MaybePromise<void> {
    return this.attempt((handle) => handle.removeDirectoryAt(path), nothing);
  }
  /** `rename-at: func(old-path: string, new-descriptor: borrow<descriptor>, new-path: string) -> result<_, error-code>` */
  renameAt(path: string, to: DescriptorBase<Code, Kind>, newPath: string): MaybePromise<void> {
    return this.attempt((handle) => handle.renameAt(path, to.file.handle, newPath), nothing);
  }
  /** `symlink-at: func(old-path: string, new-path: string) -> result<_, error-code>` */
  symlinkAt(target: string, path: string): MaybePromise<void> {
    return this.attempt((handle) => handle.symlinkAt(target, path), nothing);
  }
  /** `unlink-file-at: func(path: string) -> result<_, error-code>` */
  unlinkFileAt(path: string): MaybePromise<void> {
    return this.attempt((handle) => handle.unlinkAt(path), nothing);
  }
  /** `is-same-object: func(other: borrow<descriptor>) -> bool` */
  isSameObject(other: DescriptorBase<Code, Kind>): MaybePromise<boolean> {
    const mine = this.file.handle.stat();
    const its = other.file.handle.stat();
    if (mine instanceof Promise || its instanceof Promise) return Promise.all([mine, its]).then(([a, b]) => isSame(a, b));
    return isSame(mine, its);
  }
  /** `metadata-hash: func() -> result<metadata-hash-value, error-code>` */
  metadataHash(): MaybePromise<MetadataHash> {
    return this.attempt((handle) => handle.stat(), hash);
  }
  /** `metadata-hash-at: func(path-flags: path-flags, path: string) -> result<metadata-hash-value, error-code>` */
  metadataHashAt(flags: PathFlags, path: string): MaybePromise<MetadataHash> {
    return this.attempt((handle) => handle.statAt(path, follows(flags)), hash);
  }

  /** Dropped by the guest. Streams made from it go on. */
  [Symbol.dispose](): void {
    if (this.#dropped) return;
    this.#dropped = true;
    this.file.release();
  }
}

const nothing = (): void => undefined;
const same = <T>(value: T): T => value;
const follows = (flags: PathFlags): boolean => flags.symlinkFollow ?? false;
const isSame = (a: FileStat, b: FileStat): boolean => a.device === b.device && a.inode === b.inode;

const nsPerSecond = 1_000_000_000n;

function newTime(time: NewTimestamp): NewTime {
  if (time.tag !== 'timestamp') return time.tag === 'now' ? 'now' : 'keep';
  const { seconds, nanoseconds } = time.val;
  if (nanoseconds >= 1_000_000_000) throw new FileError('invalid');
  return BigInt(seconds) * nsPerSecond + BigInt(nanoseconds);
}

/** Changes when the object is modified or replaced, and does not show what went into it. */
function hash(stat: FileStat): MetadataHash {
  const parts = [stat.device, stat.inode, stat.size, stat.modifiedNs ?? 0n];
  return { lower: mix(parts, 0x9e37_79b9_7f4a_7c15n), upper: mix(parts, 0xc2b2_ae3d_27d4_eb4fn) };
}

function mix(parts: readonly bigint[], seed: bigint): bigint {
  let state = seed;
  for (const part of parts) {
    // The finalizer of splitmix64: every bit of the input changes about half of those of the output.
    state = BigInt.asUintN(64, (state ^ BigInt.asUintN(64, part)) + 0x9e37_79b9_7f4a_7c15n);
    state = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
    state = BigInt.asUintN(64, (state ^ (state >> 27n)) * 0x94d0_49bb_1331_11ebn);
    state ^= state >> 31n;
  }
  return state;
}
