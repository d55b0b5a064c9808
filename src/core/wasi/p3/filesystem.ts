import { chunkSize, fromGuestStream, type Source, toGuestFuture, toGuestStream } from '../../engine/streams.ts';
import { err, ok, type Result } from '../../engine/values.ts';
import { type Directory, FileError, type FileErrorCode, type FileHandle, type FileKind } from '../../ports/files.ts';
import type { InterfaceTable } from '../interface.ts';
import { toDatetime } from './clocks.ts';
import { DescriptorBase, type Dialect } from './filesystem-descriptor.ts';
import { FileTable } from './filesystem-file.ts';

/** What a workload's files are made of. */
export interface FilesystemOptions {
  /** Directories the guest finds open, by guest path. They belong to whoever created them. */
  readonly preopens: Readonly<Record<string, Directory>>;
  /** How many files one instance may have open at a time. Default 1024. */
  readonly maxOpenFiles?: number | undefined;
}

/** The limit on open files that both previews apply when none is given. */
export const defaultMaxOpenFiles = 1024;

/** `error-code`; the case `other` is not needed */
export interface ErrorCode {
  readonly tag: FileErrorCode;
}
/** `descriptor-type` */
export type DescriptorType = { readonly tag: Exclude<FileKind, 'other'> } | { readonly tag: 'other'; readonly val: undefined };

type Outcome = Result<undefined, ErrorCode>;

const dialect: Dialect<ErrorCode, DescriptorType> = Object.freeze({
  code: (code: FileErrorCode): ErrorCode => ({ tag: code }),
  kind: (kind: FileKind): DescriptorType => (kind === 'other' ? { tag: kind, val: undefined } : { tag: kind }),
  instant: (ns: bigint | undefined) => (ns === undefined ? undefined : toDatetime(ns)),
});

/** What a stream's future says about a failure. One that is no {@link FileError} has no name a guest could use. */
const outcomeOf = (failure: unknown): Outcome => (failure === undefined ? ok(undefined) : err({ tag: failure instanceof FileError ? failure.code : 'io' }));

/** `wasi:filesystem/types.descriptor` of 0.3 */
export class Descriptor extends DescriptorBase<ErrorCode, DescriptorType> {
  constructor(files: FileTable, handle: FileHandle) {
    super(files, handle, dialect);
  }
  protected override derive(handle: FileHandle): this {
    return new Descriptor(this.files, handle) as this;
  }

  /** `read-via-stream: func(offset: filesize) -> tuple<stream<u8>, future<result<_, error-code>>>` */
  readViaStream(offset: bigint): [unknown, Promise<Outcome>] {
    return streamAndOutcome(() => this.file.readFrom(offset));
  }
  /** `write-via-stream: func(data: stream<u8>, offset: filesize) -> future<result<_, error-code>>` */
  writeViaStream(data: unknown, offset: bigint): Promise<Outcome> {
    return toGuestFuture(this.#write(data, offset), outcomeOf);
  }
  /** `append-via-stream: func(data: stream<u8>) -> future<result<_, error-code>>` */
  appendViaStream(data: unknown): Promise<Outcome> {
    return toGuestFuture(this.#write(data, 'end'), outcomeOf);
  }
  async #write(data: unknown, offset: bigint | 'end'): Promise<Outcome> {
    const source = fromGuestStream(data);
    const sink = this.file.writeTo(offset);
    try {
      // A file that cannot be written says so even if there is nothing to write.
      this.file.checkWritable();
      let room: Uint8Array | undefined;
      for (;;) {
        const chunk = await source.read(chunkSize, room);
        if (chunk === undefined) return ok(undefined);
        await sink.write(chunk);
        // The file is done with it: the next may come to the same place.
        if (chunk.length === chunkSize) room = chunk;
      }
    } finally {
      source.cancel();
      sink.close();
    }
  }

  /** `read-directory: func() -> tuple<stream<directory-entry>, future<result<_, error-code>>>` */
  readDirectory(): [unknown, Promise<Outcome>] {
    return streamAndOutcome(() => this.file.list((entry) => ({ type: dialect.kind(entry.kind), name: entry.name })));
  }
}

/** A source for the guest and the future that tells how it ended; opening it may already fail. */
function streamAndOutcome<T>(open: () => Source<T>): [unknown, Promise<Outcome>] {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const stream = toGuestStream(openOrFail(open), (failure) => resolve(outcomeOf(failure)));
  return [stream, promise];
}
function openOrFail<T>(open: () => Source<T>): Source<T> {
  try {
    return open();
  } catch (failure) {
    return {
      read() {
        throw failure;
      },
      cancel() {},
    };
  }
}

/** `wasi:filesystem` 0.3 */
export function createFilesystem(options: FilesystemOptions): InterfaceTable {
  const types = { Descriptor };
  return {
    'wasi:filesystem/types': () => types,
    'wasi:filesystem/preopens': (scope) => {
      const files = new FileTable(scope, options.maxOpenFiles ?? defaultMaxOpenFiles);
      return {
        /** `get-directories: func() -> list<tuple<descriptor, string>>` */
        getDirectories: (): [Descriptor, string][] =>
          Object.entries(options.preopens).map(([path, directory]) => [new Descriptor(files, directory.open()), path]),
      };
    },
  };
}
