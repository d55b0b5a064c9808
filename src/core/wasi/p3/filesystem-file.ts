import type { ByteSink } from '../../engine/sinks.ts';
import type { ByteSource, Source } from '../../engine/streams.ts';
import { type DirectoryEntry, FileError, type FileHandle } from '../../ports/files.ts';
import type { InstanceScope } from '../scope.ts';

/** The files one instance has open, none of which outlives it. */
export class FileTable {
  readonly #scope: InstanceScope;
  readonly #maxOpen: number;
  #open = 0;

  constructor(scope: InstanceScope, maxOpen: number) {
    this.#scope = scope;
    this.#maxOpen = maxOpen;
  }

  get scope(): InstanceScope {
    return this.#scope;
  }
  /** To be asked before something is opened. */
  admit(): void {
    if (this.#open >= this.#maxOpen) throw new FileError('insufficient-memory', { message: `more than ${this.#maxOpen} open files` });
  }
  /** Takes over a handle: it is closed when its last user releases it or the instance ends. */
  adopt(handle: FileHandle): OpenFile {
    return new OpenFile(this, handle);
  }
  /** Counts something open and closes it with the instance. @returns closes it before; the second call does nothing */
  keep(close: () => void): () => void {
    this.#open++;
    const letGo = this.#scope.hold(close);
    let kept = true;
    return () => {
      if (!kept) return;
      kept = false;
      this.#open--;
      letGo();
      close();
    };
  }
}

/**
 * A handle and who uses it: the descriptor, and each stream made from it, which may be dropped in any order. What streams do with a file
 * is written here once for both previews.
 */
export class OpenFile {
  readonly handle: FileHandle;
  readonly #table: FileTable;
  readonly #closeHandle: () => void;
  #users = 1;

  constructor(table: FileTable, handle: FileHandle) {
    this.handle = handle;
    this.#table = table;
    this.#closeHandle = table.keep(() => handle.close());
  }

  /** One user more. @returns takes it back; the second call does nothing */
  #use(): () => void {
    this.#users++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.release();
    };
  }
  /** The user that came with {@link FileTable.adopt} is done. */
  release(): void {
    if (--this.#users === 0) this.#closeHandle();
  }

  checkReadable(): void {
    if (this.handle.kind === 'directory') throw new FileError('is-directory');
    if (!this.handle.flags.read) throw new FileError('bad-descriptor');
  }
  checkWritable(): void {
    if (!this.handle.flags.write) throw new FileError('bad-descriptor');
  }

  /** The file's bytes from an offset on. Ends at the end of the file; cancel it when it is not read so far. */
  readFrom(offset: bigint): ByteSource {
    const release = this.#use();
    let at = offset;
    let ended = false;
    const end = (): undefined => {
      ended = true;
      release();
    };
    const advance = (chunk: Uint8Array): Uint8Array | undefined => {
      if (ended || chunk.length === 0) return end();
      at += BigInt(chunk.length);
      return chunk;
    };
    const fail = (failure: unknown): never => {
      end();
      throw failure;
    };
    return {
      read: (max) => {
        if (ended) return undefined;
        try {
          const chunk = this.handle.read(max, at);
          return chunk instanceof Promise ? chunk.then(advance, fail) : advance(chunk);
        } catch (failure) {
          return fail(failure);
        }
      },
      cancel: () => void end(),
    };
  }

  /** Writes from an offset on, or at the end of the file; `close` or `abort` it. */
  writeTo(offset: bigint | 'end'): Required<Omit<ByteSink, 'immediate'>> {
    const release = this.#use();
    let at = offset;
    return {
      write: (chunk) => {
        if (at === 'end') return this.handle.append(chunk);
        const start = at;
        at += BigInt(chunk.length);
        return this.handle.write(chunk, start);
      },
      flush: () => undefined,
      close: release,
      abort: release,
    };
  }

  /** The entries of a directory, each made into what the guest is given; cancel it when it is not read to its end. */
  list<T>(describe: (entry: DirectoryEntry) => T): Source<T> {
    this.#table.admit();
    const entries = this.handle.list();
    const end = this.#table.keep(() => entries.cancel());
    const next = (entry: DirectoryEntry | undefined): T | undefined => {
      if (entry !== undefined) return describe(entry);
      end();
      return undefined;
    };
    return {
      read: (max) => {
        const entry = entries.read(max);
        return entry instanceof Promise ? entry.then(next) : next(entry);
      },
      cancel: end,
    };
  }
}
