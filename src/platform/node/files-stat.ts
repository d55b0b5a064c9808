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

/** Two times, last access and last modification, as Node's `utimes` functions take them. */
export type UnixTimes = [accessed: string | Date, modified: string | Date];

/** Since 1.51 libuv takes infinity for the present and NaN for the time there is. */
const [uvMajor = 0, uvMinor = 0] = process.versions.uv.split('.').map(Number);
const knowsWords = uvMajor > 1 || uvMinor >= 51;

/**
 * Times to set in seconds, which as a double are exact to a quarter of a microsecond in this century: Node has no call that is finer.
 * `current` says what the times are, for a libuv that cannot leave one as it is.
 */
export function toUnixTimes(accessed: NewTime, modified: NewTime, current: () => FileStat, words: boolean = knowsWords): UnixTimes {
  const now = BigInt(Date.now()) * 1_000_000n;
  const old = !words && (accessed === 'keep' || modified === 'keep') ? current() : undefined;
  return [toUnixTime(accessed, words, now, old?.accessedNs ?? now), toUnixTime(modified, words, now, old?.modifiedNs ?? now)];
}

/** Only as a string or an invalid date do infinity, NaN and negative numbers get through Node's checks unchanged. */
function toUnixTime(time: NewTime, words: boolean, now: bigint, old: bigint): string | Date {
  if (words && time === 'now') return 'Infinity';
  if (words && time === 'keep') return new Date(Number.NaN);
  const seconds = Number(time === 'now' ? now : time === 'keep' ? old : time) / 1e9;
  if (!Number.isSafeInteger(Math.trunc(seconds))) throw new FileError('overflow');
  return String(seconds);
}
