import { HostlingError } from '../../core/errors.ts';
import { createTreeDirectory } from '../../core/files/directory-handle.ts';
import { resolve } from '../../core/files/tree.ts';
import { type Directory, FileError, type FileStat } from '../../core/ports/files.ts';
import { Quota } from './files-content.ts';
import { type DirectoryNode, MemoryTree } from './files-tree.ts';

export interface MemoryDirectoryOptions {
  /** What is in it at the start: contents by path, directories come with them. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** How many bytes the files may take together, those at the start included; holes take none. Default 256 MiB. */
  readonly maxBytes?: number;
  /** How many names there may be. Default 100 000. */
  readonly maxEntries?: number;
  /** Guests can read only. Default false. */
  readonly readOnly?: boolean;
  /** The clock that times come from, nanoseconds since 1970. Default: the runtime's. */
  readonly nowNs?: () => bigint;
}

/** A directory in memory, with a window for the host. */
export interface MemoryDirectory extends Directory {
  /** What a file has at this moment, following symbolic links; nothing if there is no such file. */
  read(path: string): Uint8Array | undefined;
  /** What the files take of `maxBytes`. */
  readonly usedBytes: number;
}

/**
 * A tree of files that lives as long as somebody holds it.
 *
 * @example
 * const data = createMemoryDirectory({ files: { 'config/app.json': '{}' }, maxBytes: 1_000_000 });
 */
export function createMemoryDirectory(options: MemoryDirectoryOptions = {}): MemoryDirectory {
  const { files = {}, maxBytes = 256 * 1024 * 1024, maxEntries = 100_000, readOnly = false } = options;
  if (!(maxBytes >= 0) || !(maxEntries >= 0)) throw new HostlingError('option-invalid', 'maxBytes and maxEntries must not be negative');
  const quota = new Quota(maxBytes);
  const tree = new MemoryTree({ quota, maxEntries, nowNs: options.nowNs ?? (() => BigInt(Date.now()) * 1_000_000n) });
  for (const [path, content] of Object.entries(files)) {
    try {
      put(tree, path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
    } catch (failure) {
      const why = failure instanceof FileError ? failure.code : 'it failed';
      throw new HostlingError('option-invalid', `the file ${JSON.stringify(path)} cannot be put into the directory: ${why}`, {
        cause: failure,
      });
    }
  }
  const directory = createTreeDirectory(tree, tree.root, { readOnly });
  return Object.freeze({
    ...directory,
    read: (path: string) => get(tree, path),
    get usedBytes() {
      return quota.used;
    },
  });
}

function put(tree: MemoryTree, path: string, content: Uint8Array): void {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  const name = names.pop();
  if (name === undefined || names.includes('..') || name === '..') throw new FileError('invalid');
  let directory = tree.root;
  for (const above of names) {
    if (tree.lookup(directory, above) === undefined) tree.createDirectory(directory, above);
    directory = tree.enter(directory, above);
  }
  const file = tree.open(directory, name, { ...writing, create: true });
  file.write(content, 0);
  file.close();
}

function get(tree: MemoryTree, path: string): Uint8Array | undefined {
  try {
    return resolve<DirectoryNode, Uint8Array | undefined>(tree, tree.root, path.replace(/^\/+/, ''), true, ({ directory, name }) => {
      const stat: FileStat | undefined = name === undefined ? undefined : tree.lookup(directory, name);
      if (name === undefined || stat?.kind !== 'regular-file') return undefined;
      const file = tree.open(directory, name, reading);
      const content = file.read(Number(stat.size), 0);
      file.close();
      return content instanceof Uint8Array ? content : undefined;
    });
  } catch (failure) {
    if (failure instanceof FileError) return undefined;
    throw failure;
  }
}

const reading = Object.freeze({
  read: true,
  write: false,
  create: false,
  truncate: false,
  fileIntegritySync: false,
  dataIntegritySync: false,
  requestedWriteSync: false,
});
const writing = Object.freeze({ ...reading, read: false, write: true });
