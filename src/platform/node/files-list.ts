import type { Dir } from 'node:fs';
import fs from 'node:fs';
import type { Source } from '../../core/engine/streams.ts';
import { type DirectoryEntry, FileError } from '../../core/ports/files.ts';
import { mapped, toFileError } from './files-errors.ts';
import { kindOf } from './files-stat.ts';

/** Entries are fetched from the system in this many at a time. */
const bufferSize = 64;

/** The entries of the directory at a path, which is opened at once; `onEnd` is called when nothing is read from it any more. */
export function listDirectory(path: string, onEnd: () => void): Source<DirectoryEntry> {
  try {
    // @types/node knows the encoding `buffer` for readdir only; names that are no UTF-8 would otherwise come out altered.
    const open = fs.opendirSync as unknown as (path: string, options: { encoding: 'buffer'; bufferSize: number }) => Dir;
    return new Entries(
      mapped(() => open(path, { encoding: 'buffer', bufferSize })),
      onEnd,
    );
  } catch (failure) {
    onEnd();
    throw failure;
  }
}

class Entries implements Source<DirectoryEntry> {
  readonly #directory: Dir;
  readonly #onEnd: () => void;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #reading = false;
  #ended = false;

  constructor(directory: Dir, onEnd: () => void) {
    this.#directory = directory;
    this.#onEnd = onEnd;
  }

  async read(): Promise<DirectoryEntry | undefined> {
    if (this.#ended) return undefined;
    this.#reading = true;
    try {
      const entry = await this.#directory.read();
      if (entry === null) this.#ended = true;
      if (entry === null || this.#ended) return undefined;
      return { name: this.#decode(entry.name as unknown as Uint8Array), kind: kindOf(entry) };
    } catch (failure) {
      this.#ended = true;
      throw toFileError(failure);
    } finally {
      this.#reading = false;
      if (this.#ended) this.#close();
    }
  }

  cancel(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#reading) this.#close();
  }

  #decode(name: Uint8Array): string {
    try {
      return this.#decoder.decode(name);
    } catch (cause) {
      throw new FileError('illegal-byte-sequence', { cause });
    }
  }
  #close(): void {
    this.#directory.closeSync();
    this.#onEnd();
  }
}
