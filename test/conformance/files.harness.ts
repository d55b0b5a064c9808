import { afterEach, beforeEach, expect } from 'vitest';
import { type Directory, FileError, type FileHandle, type OpenOptions } from '../../src/core/ports/files.ts';

/** What an implementation of the files port can and cannot do. */
export interface FilesTraits {
  /** A handle stays with its directory when that is renamed. */
  readonly followsRenames: boolean;
  /** How many bytes the directory that `make` answers with may take; absent: no quota of its own. */
  readonly maxBytes?: number;
}

/** An empty directory to test, and how to get rid of it. */
export interface FilesUnderTest {
  readonly directory: Directory;
  cleanup(): Promise<void>;
}

export const creating: OpenOptions = { create: true, read: true, write: true };
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The code that something fails with, or `none`. */
export async function codeOf(act: () => unknown): Promise<string> {
  try {
    await act();
    return 'none';
  } catch (failure) {
    expect(failure).toBeInstanceOf(FileError);
    return (failure as FileError).code;
  }
}

/** The kinds and names of a directory's entries, sorted. */
export async function names(handle: FileHandle): Promise<string[]> {
  const entries = handle.list();
  const found: string[] = [];
  for (let entry = await entries.read(1); entry !== undefined; entry = await entries.read(1)) found.push(`${entry.kind} ${entry.name}`);
  return found.sort();
}

/** A new directory for each case of the `describe` it is made in; what the cases open is closed after them. */
export class FilesHarness {
  readonly #opened: FileHandle[] = [];
  #under: FilesUnderTest | undefined;
  #root: FileHandle | undefined;

  constructor(make: () => Promise<FilesUnderTest>) {
    beforeEach(async () => {
      this.#under = await make();
      this.#root = this.#under.directory.open();
    });
    afterEach(async () => {
      for (const handle of this.#opened.splice(0)) handle.close();
      this.root.close();
      this.directory.close();
      await this.#under?.cleanup();
    });
  }

  get directory(): Directory {
    if (this.#under === undefined) throw new Error('there is a directory only within a case');
    return this.#under.directory;
  }
  get root(): FileHandle {
    if (this.#root === undefined) throw new Error('there is a directory only within a case');
    return this.#root;
  }
  /** Has a handle closed after the case. */
  keep(handle: FileHandle): FileHandle {
    this.#opened.push(handle);
    return handle;
  }
  async open(path: string, options: OpenOptions = {}, from: FileHandle = this.root): Promise<FileHandle> {
    return this.keep(await from.openAt(path, options));
  }
  async put(path: string, text: string, from: FileHandle = this.root): Promise<FileHandle> {
    const file = await this.open(path, creating, from);
    await file.write(bytesOf(text), 0n);
    return file;
  }
  async content(path: string, from: FileHandle = this.root): Promise<string> {
    const file = await this.open(path, { read: true, follow: true }, from);
    return textOf(await file.read(65_536, 0n));
  }
}
