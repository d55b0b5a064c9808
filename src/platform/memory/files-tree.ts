import type { Source } from '../../core/engine/streams.ts';
import { type DirectoryEntry, FileError, type FileStat, type NewTime } from '../../core/ports/files.ts';
import type { FileMode, FileTree, OpenedFile } from '../../core/files/tree.ts';
import { PagedBytes, type Quota } from './files-content.ts';

interface Times {
  accessedNs: bigint;
  modifiedNs: bigint;
  changedNs: bigint;
}
interface Inode extends Times {
  readonly inode: bigint;
  links: number;
}
interface FileNode extends Inode {
  readonly kind: 'regular-file';
  readonly content: PagedBytes;
  /** Handles that have it open; its bytes are given back when the last name and the last handle are gone. */
  opens: number;
}
interface LinkNode extends Inode {
  readonly kind: 'symbolic-link';
  readonly target: string;
}
export interface DirectoryNode extends Inode {
  readonly kind: 'directory';
  readonly entries: Map<string, MemoryNode>;
  parent: DirectoryNode | undefined;
  removed: boolean;
}
type MemoryNode = FileNode | LinkNode | DirectoryNode;

export interface MemoryTreeOptions {
  readonly quota: Quota;
  readonly maxEntries: number;
  readonly nowNs: () => bigint;
}

const maxNameBytes = 255;

/** A tree of inodes in memory. Directories are their own references: nothing has to be held or left. */
export class MemoryTree implements FileTree<DirectoryNode> {
  readonly root: DirectoryNode;
  readonly #options: MemoryTreeOptions;
  readonly #encoder = new TextEncoder();
  /** No two trees share a number: objects of different ones must not look the same. */
  readonly #device = crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
  #entries = 0;
  #lastInode = 0n;
  #lastNs = 0n;

  constructor(options: MemoryTreeOptions) {
    this.#options = options;
    this.root = { kind: 'directory', ...this.#inode(2), entries: new Map(), parent: undefined, removed: false };
  }

  hold(directory: DirectoryNode): DirectoryNode {
    return directory;
  }
  leave(): void {}
  enter(directory: DirectoryNode, name: string): DirectoryNode {
    const node = existing(directory, name);
    if (node.kind !== 'directory') throw new FileError('not-directory');
    return node;
  }

  lookup(directory: DirectoryNode, name: string): FileStat | undefined {
    const node = directory.entries.get(name);
    return node === undefined ? undefined : this.stat(node);
  }
  stat(node: MemoryNode): FileStat {
    return {
      kind: node.kind,
      linkCount: BigInt(node.links),
      size: BigInt(sizeOf(node)),
      accessedNs: node.accessedNs,
      modifiedNs: node.modifiedNs,
      changedNs: node.changedNs,
      device: this.#device,
      inode: node.inode,
    };
  }
  readlink(directory: DirectoryNode, name: string): string {
    const node = existing(directory, name);
    if (node.kind !== 'symbolic-link') throw new FileError('invalid');
    return node.target;
  }
  list(directory: DirectoryNode): Source<DirectoryEntry> {
    const entries = Array.from(directory.entries, ([name, { kind }]): DirectoryEntry => ({ name, kind }));
    let next = 0;
    return {
      read: () => entries[next++],
      cancel: () => void (next = entries.length),
    };
  }

  open(directory: DirectoryNode, name: string, mode: FileMode): OpenedFile {
    if (mode.create) {
      const node: FileNode = { kind: 'regular-file', ...this.#inode(1), content: new PagedBytes(this.#options.quota), opens: 0 };
      this.#add(directory, name, node);
      return this.#opened(node);
    }
    const node = existing(directory, name);
    if (node.kind !== 'regular-file') throw new FileError(node.kind === 'directory' ? 'is-directory' : 'loop');
    if (mode.truncate) {
      node.content.setSize(0);
      this.#modified(node);
    }
    return this.#opened(node);
  }
  #opened(node: FileNode): OpenedFile {
    const { content } = node;
    const changed = (): void => this.#modified(node);
    node.opens++;
    return {
      read: (max, offset) => {
        node.accessedNs = this.#now();
        return content.read(max, offset);
      },
      write: (bytes, offset) => {
        content.write(bytes, offset);
        changed();
      },
      append: (bytes) => {
        content.write(bytes, content.size);
        changed();
      },
      setSize: (size) => {
        content.setSize(size);
        changed();
      },
      stat: () => this.stat(node),
      setTimes: (accessed, modified) => this.#setTimes(node, accessed, modified),
      sync: () => undefined,
      close: () => {
        node.opens--;
        this.#reclaim(node);
      },
    };
  }

  createDirectory(directory: DirectoryNode, name: string): void {
    this.#add(directory, name, { kind: 'directory', ...this.#inode(2), entries: new Map(), parent: directory, removed: false });
    directory.links++;
  }
  removeDirectory(directory: DirectoryNode, name: string): void {
    const node = this.enter(directory, name);
    if (node.entries.size > 0) throw new FileError('not-empty');
    this.#remove(directory, name, node);
  }
  unlink(directory: DirectoryNode, name: string): void {
    const node = existing(directory, name);
    if (node.kind === 'directory') throw new FileError('is-directory');
    this.#remove(directory, name, node);
  }
  symlink(target: string, directory: DirectoryNode, name: string): void {
    const size = this.#encoder.encode(target).length;
    if (size > 4095) throw new FileError('name-too-long');
    this.#options.quota.charge(size);
    try {
      this.#add(directory, name, { kind: 'symbolic-link', ...this.#inode(1), target });
    } catch (failure) {
      this.#options.quota.charge(-size);
      throw failure;
    }
  }
  link(from: DirectoryNode, name: string, to: DirectoryNode, newName: string): void {
    const node = existing(from, name);
    if (node.kind === 'directory') throw new FileError('not-permitted');
    this.#add(to, newName, node);
    node.links++;
    node.changedNs = this.#now();
  }

  rename(from: DirectoryNode, name: string, to: DirectoryNode, newName: string): void {
    const node = existing(from, name);
    const target = to.entries.get(newName);
    // Two names of one file: POSIX leaves both.
    if (node === target) return;
    this.#checkName(to, newName);
    if (node.kind === 'directory') {
      for (let above: DirectoryNode | undefined = to; above !== undefined; above = above.parent) {
        if (above === node) throw new FileError('invalid');
      }
      if (target !== undefined && target.kind !== 'directory') throw new FileError('not-directory');
    } else if (target?.kind === 'directory') throw new FileError('is-directory');
    if (target?.kind === 'directory' && target.entries.size > 0) throw new FileError('not-empty');
    if (target !== undefined) this.#remove(to, newName, target);
    from.entries.delete(name);
    to.entries.set(newName, node);
    if (node.kind === 'directory') {
      node.parent = to;
      from.links--;
      to.links++;
    }
    node.changedNs = this.#now();
    this.#modified(from);
    this.#modified(to);
  }

  setTimes(directory: DirectoryNode, name: string | undefined, accessed: NewTime, modified: NewTime): void {
    this.#setTimes(name === undefined ? directory : existing(directory, name), accessed, modified);
  }
  sync(): void {}

  #add(directory: DirectoryNode, name: string, node: MemoryNode): void {
    this.#checkName(directory, name);
    if (directory.entries.has(name)) throw new FileError('exist');
    if (this.#entries >= this.#options.maxEntries) throw new FileError('insufficient-space');
    this.#entries++;
    directory.entries.set(name, node);
    this.#modified(directory);
  }
  #checkName(directory: DirectoryNode, name: string): void {
    if (directory.removed) throw new FileError('no-entry');
    if (name.length > maxNameBytes || this.#encoder.encode(name).length > maxNameBytes) throw new FileError('name-too-long');
  }
  #remove(directory: DirectoryNode, name: string, node: MemoryNode): void {
    directory.entries.delete(name);
    this.#entries--;
    this.#modified(directory);
    node.changedNs = this.#now();
    if (node.kind === 'directory') {
      node.links = 0;
      node.removed = true;
      directory.links--;
      return;
    }
    node.links--;
    if (node.kind === 'regular-file') this.#reclaim(node);
    else if (node.links === 0) this.#options.quota.charge(-sizeOf(node));
  }
  #reclaim(node: FileNode): void {
    if (node.links === 0 && node.opens === 0) node.content.setSize(0);
  }

  #inode(links: number): Inode {
    const now = this.#now();
    return { inode: ++this.#lastInode, links, accessedNs: now, modifiedNs: now, changedNs: now };
  }
  /** No two changes have the same time, however coarse the clock is: a guest that compares times sees each. */
  #now(): bigint {
    const now = this.#options.nowNs();
    this.#lastNs = now > this.#lastNs ? now : this.#lastNs + 1n;
    return this.#lastNs;
  }
  #modified(node: MemoryNode): void {
    node.modifiedNs = node.changedNs = this.#now();
  }
  #setTimes(node: MemoryNode, accessed: NewTime, modified: NewTime): void {
    const now = this.#now();
    const pick = (wish: NewTime, old: bigint): bigint => (wish === 'now' ? now : wish === 'keep' ? old : wish);
    node.accessedNs = pick(accessed, node.accessedNs);
    node.modifiedNs = pick(modified, node.modifiedNs);
    node.changedNs = now;
  }
}

function existing(directory: DirectoryNode, name: string): MemoryNode {
  const node = directory.entries.get(name);
  if (node === undefined) throw new FileError('no-entry');
  return node;
}

function sizeOf(node: MemoryNode): number {
  if (node.kind === 'regular-file') return node.content.size;
  return node.kind === 'symbolic-link' ? new TextEncoder().encode(node.target).length : 0;
}
