import type { Source } from '../../engine/streams.ts';
import type { MaybePromise } from '../../engine/values.ts';
import { FileError, type FileErrorCode, type FileHandle, type FileKind } from '../../ports/files.ts';
import type { InterfaceTable } from '../interface.ts';
import { toDatetime } from '../p3/clocks.ts';
import { DescriptorBase, type Dialect } from '../p3/filesystem-descriptor.ts';
import { FileTable, type OpenFile } from '../p3/filesystem-file.ts';
import { defaultMaxOpenFiles, type FilesystemOptions } from '../p3/filesystem.ts';
import type { InstanceScope } from '../scope.ts';
import { type InputStream, inputStreamOf, type IoError, OutputStream } from './io.ts';

/** `descriptor-type` */
export type DescriptorType = Exclude<FileKind, 'other'> | 'unknown';

const dialect: Dialect<FileErrorCode, DescriptorType> = Object.freeze({
  code: (code: FileErrorCode) => code,
  kind: (kind: FileKind): DescriptorType => (kind === 'other' ? 'unknown' : kind),
  // A `datetime` does not reach back before 1970.
  instant: (ns: bigint | undefined) => (ns === undefined || ns < 0n ? undefined : toDatetime(ns)),
});

/** `directory-entry` */
interface DirectoryEntry {
  readonly type: DescriptorType;
  readonly name: string;
}

/** The most that one `read` answers with, whatever was asked for. */
const maxRead = 1_048_576n;

/** `wasi:filesystem/types.descriptor` of 0.2 */
export class Descriptor extends DescriptorBase<FileErrorCode, DescriptorType> {
  constructor(files: FileTable, handle: FileHandle) {
    super(files, handle, dialect);
  }
  protected override derive(handle: FileHandle): this {
    return new Descriptor(this.files, handle) as this;
  }

  /** `read-via-stream: func(offset: filesize) -> result<input-stream, error-code>` */
  readViaStream(offset: bigint): MaybePromise<InputStream> {
    return this.attempt(
      () => this.file.checkReadable(),
      () => inputStreamOf(this.file.readFrom(offset), this.files.scope),
    );
  }
  /** `write-via-stream: func(offset: filesize) -> result<output-stream, error-code>` */
  writeViaStream(offset: bigint): MaybePromise<OutputStream> {
    return this.#outputAt(offset);
  }
  /** `append-via-stream: func() -> result<output-stream, error-code>` */
  appendViaStream(): MaybePromise<OutputStream> {
    return this.#outputAt('end');
  }
  #outputAt(offset: bigint | 'end'): MaybePromise<OutputStream> {
    return this.attempt(
      () => this.file.checkWritable(),
      () => new FileOutputStream(this.file, offset, this.files.scope),
    );
  }

  /** `read: func(length: filesize, offset: filesize) -> result<tuple<list<u8>, bool>, error-code>` */
  read(length: bigint, offset: bigint): MaybePromise<[Uint8Array, boolean]> {
    return this.attempt(
      (handle) => handle.read(Number(length < maxRead ? length : maxRead), offset),
      (bytes) => [bytes, bytes.length === 0 && length > 0n],
    );
  }
  /** `write: func(buffer: list<u8>, offset: filesize) -> result<filesize, error-code>` */
  write(bytes: Uint8Array, offset: bigint): MaybePromise<bigint> {
    return this.attempt(
      (handle) => handle.write(bytes, offset),
      () => BigInt(bytes.length),
    );
  }
  /** `read-directory: func() -> result<directory-entry-stream, error-code>` */
  readDirectory(): MaybePromise<DirectoryEntryStream> {
    return this.attempt(
      () => this.file.list((entry): DirectoryEntry => ({ type: dialect.kind(entry.kind), name: entry.name })),
      (entries) => new DirectoryEntryStream(entries, (act) => this.attempt(act, same)),
    );
  }
}

const same = <T>(value: T): T => value;

/** An output stream that lets go of its file when the guest drops it: a write under way finishes first. */
class FileOutputStream extends OutputStream {
  readonly #release: () => void;

  constructor(file: OpenFile, offset: bigint | 'end', scope: InstanceScope) {
    const sink = file.writeTo(offset);
    super(sink, scope);
    this.#release = () => void sink.close();
  }
  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#release();
  }
}

/** `wasi:filesystem/types.directory-entry-stream` */
export class DirectoryEntryStream {
  readonly #entries: Source<DirectoryEntry>;
  readonly #attempt: Attempt;

  constructor(entries: Source<DirectoryEntry>, attempt: Attempt) {
    this.#entries = entries;
    this.#attempt = attempt;
  }

  /** `read-directory-entry: func() -> result<option<directory-entry>, error-code>` */
  readDirectoryEntry(): MaybePromise<DirectoryEntry | undefined> {
    return this.#attempt(() => this.#entries.read(1));
  }
  [Symbol.dispose](): void {
    this.#entries.cancel();
  }
}

/** Does something, failing as the descriptor does. */
type Attempt = <T>(act: () => MaybePromise<T>) => MaybePromise<T>;

/** `filesystem-error-code: func(err: borrow<error>) -> option<error-code>` */
function filesystemErrorCode(error: IoError): FileErrorCode | undefined {
  return error.cause instanceof FileError ? error.cause.code : undefined;
}

/** `wasi:filesystem` 0.2 */
export function createFilesystemP2(options: FilesystemOptions): InterfaceTable {
  const types = { Descriptor, DirectoryEntryStream, filesystemErrorCode };
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
