import fs from 'node:fs';
import { FileError, type FileStat, type NewTime } from '../../core/ports/files.ts';
import type { OpenedFile } from '../../core/files/tree.ts';
import { mapped, toFileError } from './files-errors.ts';
import { toFileStat, toUnixTimes } from './files-stat.ts';

/** An open file. Its descriptor is closed when nothing is under way on it: a number closed earlier could by then be another file's. */
export class NodeFile implements OpenedFile {
  readonly #fd: number;
  readonly #openForAppend: ((fd: number) => number) | undefined;
  #appendFd: number | undefined;
  #busy = 0;
  #closed = false;

  /** @param openForAppend opens the same file once more in append mode, where the system can do that */
  constructor(fd: number, openForAppend?: (fd: number) => number) {
    this.#fd = fd;
    this.#openForAppend = openForAppend;
  }

  async read(max: number, offset: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(max);
    const count = await this.#during<number>((done) => fs.read(this.#fd, bytes, 0, max, offset, done));
    // A view would keep the whole buffer alive for a few bytes.
    return count > max / 2 ? bytes.subarray(0, count) : bytes.slice(0, count);
  }

  write(bytes: Uint8Array, offset: number): Promise<void> {
    return this.#writeAll(this.#fd, bytes, offset);
  }

  append(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#openForAppend !== undefined) {
      this.#appendFd ??= mapped(() => this.#openForAppend?.(this.#fd));
      if (this.#appendFd !== undefined) return this.#writeAll(this.#appendFd, bytes, null);
    }
    // Without append mode: in one go, so that no other append of this program can come between.
    mapped(() => {
      for (let done = 0; done < bytes.length;) {
        done += fs.writeSync(this.#fd, bytes, done, bytes.length - done, fs.fstatSync(this.#fd).size);
      }
    });
  }

  async #writeAll(fd: number, bytes: Uint8Array, offset: number | null): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const at = offset === null ? null : offset + done;
      const count = await this.#during<number>((settle) => fs.write(fd, bytes, done, bytes.length - done, at, settle));
      if (count === 0) throw new FileError('io');
      done += count;
    }
  }

  setSize(size: number): Promise<void> {
    return this.#during((done) => fs.ftruncate(this.#fd, size, done));
  }
  stat(): FileStat {
    return mapped(() => toFileStat(fs.fstatSync(this.#fd, { bigint: true })));
  }
  setTimes(accessed: NewTime, modified: NewTime): void {
    mapped(() => fs.futimesSync(this.#fd, ...toUnixTimes(accessed, modified, () => this.stat())));
  }
  sync(dataOnly: boolean): Promise<void> {
    return this.#during((done) => (dataOnly ? fs.fdatasync(this.#fd, done) : fs.fsync(this.#fd, done)));
  }

  close(): void {
    this.#closed = true;
    this.#closeWhenIdle();
  }
  #closeWhenIdle(): void {
    if (!this.#closed || this.#busy > 0) return;
    for (const fd of [this.#fd, this.#appendFd]) if (fd !== undefined) closeQuietly(fd);
  }

  #during<T = void>(start: (done: (failure: Error | null, value?: T) => void) => void): Promise<T> {
    if (this.#closed) return Promise.reject(new FileError('bad-descriptor'));
    this.#busy++;
    return new Promise<T>((resolve, reject) => {
      start((failure, value) => {
        this.#busy--;
        if (failure) reject(toFileError(failure));
        else resolve(value as T);
        this.#closeWhenIdle();
      });
    });
  }
}

function closeQuietly(fd: number): void {
  try {
    fs.closeSync(fd);
  } catch {
    // The descriptor is gone all the same, and nobody is left who could be told: a guest that needs to know syncs first.
  }
}
