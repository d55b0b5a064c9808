import type { MaybePromise } from '../engine/values.ts';
import { FileError, type FileHandle, type FileKind, type FileStat, type HandleFlags, type NewTime } from '../ports/files.ts';
import type { OpenedFile } from './tree.ts';

/** Offsets from here on are negative to an operating system. */
const offsetLimit = 2n ** 63n;
const safeLimit = BigInt(Number.MAX_SAFE_INTEGER);

/** The handle of a regular file: flags and ranges are checked here, before the file sees them. */
export class RegularHandle implements FileHandle {
  readonly kind: FileKind = 'regular-file';
  readonly flags: HandleFlags;
  readonly #mutable: boolean;
  #file: OpenedFile | undefined;

  constructor(file: OpenedFile, flags: HandleFlags, mutable: boolean) {
    this.#file = file;
    this.#mutable = mutable;
    this.flags = Object.freeze(flags);
  }

  get #open(): OpenedFile {
    if (this.#file === undefined) throw new FileError('bad-descriptor');
    return this.#file;
  }
  get #writable(): OpenedFile {
    if (!this.flags.write) throw new FileError('bad-descriptor');
    return this.#open;
  }
  #noDirectory(): never {
    throw new FileError(this.#file === undefined ? 'bad-descriptor' : 'not-directory');
  }

  stat(): FileStat {
    return this.#open.stat();
  }
  setTimes(accessed: NewTime, modified: NewTime): void {
    const file = this.#open;
    if (!this.#mutable) throw new FileError('read-only');
    file.setTimes(accessed, modified);
  }
  sync(dataOnly: boolean): MaybePromise<void> {
    const file = this.#open;
    return this.flags.write ? file.sync(dataOnly) : undefined;
  }
  close(): void {
    const file = this.#file;
    this.#file = undefined;
    file?.close();
  }

  read(max: number, offset: bigint): MaybePromise<Uint8Array> {
    const file = this.#open;
    if (!this.flags.read) throw new FileError('bad-descriptor');
    if (offset >= offsetLimit) throw new FileError('invalid');
    // No file reaches this far, so this is after the end.
    if (offset > safeLimit || max === 0) return new Uint8Array(0);
    return file.read(max, Number(offset));
  }
  write(bytes: Uint8Array, offset: bigint): MaybePromise<void> {
    const file = this.#writable;
    checkEnd(offset + BigInt(bytes.length));
    if (bytes.length > 0) return file.write(bytes, Number(offset));
  }
  append(bytes: Uint8Array): MaybePromise<void> {
    const file = this.#writable;
    if (bytes.length > 0) return file.append(bytes);
  }
  setSize(size: bigint): MaybePromise<void> {
    const file = this.#writable;
    checkEnd(size);
    return file.setSize(Number(size));
  }

  list(): never {
    return this.#noDirectory();
  }
  openAt(): never {
    return this.#noDirectory();
  }
  statAt(): never {
    return this.#noDirectory();
  }
  setTimesAt(): never {
    return this.#noDirectory();
  }
  createDirectoryAt(): never {
    return this.#noDirectory();
  }
  removeDirectoryAt(): never {
    return this.#noDirectory();
  }
  unlinkAt(): never {
    return this.#noDirectory();
  }
  readlinkAt(): never {
    return this.#noDirectory();
  }
  symlinkAt(): never {
    return this.#noDirectory();
  }
  linkAt(): never {
    return this.#noDirectory();
  }
  renameAt(): never {
    return this.#noDirectory();
  }
}

function checkEnd(end: bigint): void {
  if (end >= offsetLimit) throw new FileError('invalid');
  if (end > safeLimit) throw new FileError('file-too-large');
}
