import type { BigIntStats } from 'node:fs';
import { FileError, type FileKind, type FileStat, type NewTime } from '../../core/ports/files.ts';

interface Typed {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isBlockDevice(): boolean;
  isCharacterDevice(): boolean;
}

/** What an entry or the answer of a stat call is. */
export function kindOf(entry: Typed): FileKind {
  if (entry.isFile()) return 'regular-file';
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink()) return 'symbolic-link';
  if (entry.isFIFO()) return 'fifo';
  if (entry.isSocket()) return 'socket';
  if (entry.isBlockDevice()) return 'block-device';
  return entry.isCharacterDevice() ? 'character-device' : 'other';
}

export function toFileStat(stats: BigIntStats): FileStat {
  return {
    kind: kindOf(stats),
    linkCount: stats.nlink,
    size: stats.size,
    accessedNs: stats.atimeNs,
    modifiedNs: stats.mtimeNs,
    changedNs: stats.ctimeNs,
    device: stats.dev,
    inode: stats.ino,
  };
}

/**
 * A time as Node's `utimes` functions take it: seconds, which as a double are exact to a quarter of a microsecond in this century.
 * The string and the invalid date are how libuv's "now" and "omit" get through Node's checks; a plain negative number would mean "now".
 */
export function toUnixTime(time: NewTime): string | number | Date {
  if (time === 'now') return 'Infinity';
  if (time === 'keep') return new Date(Number.NaN);
  const seconds = Number(time) / 1e9;
  if (!Number.isSafeInteger(Math.trunc(seconds))) throw new FileError('overflow');
  return String(seconds);
}
