import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../core/errors.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { makeDirectory } from './make-directory.ts';

/** Where prepared components are kept and how much of the disk they may take. */
export interface DiskStoreOptions {
  /** Default: `hostling` in `$XDG_CACHE_HOME` or `~/.cache`. */
  readonly directory?: string | undefined;
  /** Default: 1 GiB. The least recently used go first. */
  readonly maxBytes?: number | undefined;
}

const checksumBytes = 32;

/** Keeps prepared components as files. A file that was cut short or changed does not count as there. */
export function createArtifactStore(options: DiskStoreOptions = {}): ArtifactStore {
  const directory = options.directory ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hostling');
  const maxBytes = options.maxBytes ?? 1024 ** 3;
  const fileOf = (key: string): string => join(directory, key);

  return Object.freeze({
    async read(key: string): Promise<Uint8Array | undefined> {
      const file = fileOf(key);
      let bytes: Uint8Array;
      try {
        bytes = await readFile(file);
      } catch (failure) {
        if (isMissing(failure)) return undefined;
        throw failure;
      }
      const value = bytes.subarray(checksumBytes);
      if (!Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(checksumBytes, bytes.length)).equals(checksum(value))) return undefined;
      // The time of use is what the clean-up goes by; not being able to set it costs nothing else.
      utimes(file, new Date(), new Date()).catch(() => {});
      return value;
    },
    async write(key: string, value: Uint8Array): Promise<void> {
      const temporary = join(directory, `.${randomUUID()}`);
      try {
        await makeDirectory(directory);
        await writeFile(temporary, Buffer.concat([checksum(value), value]));
        await rename(temporary, fileOf(key));
      } catch (failure) {
        await rm(temporary, { force: true }).catch(() => {});
        throw new Error(`the cache ${directory} cannot be written: ${messageOf(failure)}; name another directory, or none`, { cause: failure });
      }
      await trim(directory, maxBytes);
    },
  });
}

function checksum(value: Uint8Array): Buffer {
  return createHash('sha256').update(value).digest();
}

/** Also where the directory is none: whoever writes there says so. */
function isMissing(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && (failure.code === 'ENOENT' || failure.code === 'ENOTDIR');
}

/** Removes the files used longest ago until the rest fits. */
async function trim(directory: string, maxBytes: number): Promise<void> {
  const files = await Promise.all(
    (await readdir(directory)).map(async (name) => {
      const file = join(directory, name);
      // Another process may have removed it meanwhile.
      const info = await stat(file).catch(() => undefined);
      return { file, size: info?.size ?? 0, used: info?.mtimeMs ?? 0 };
    }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { file, size } of files.toSorted((a, b) => a.used - b.used)) {
    if (total <= maxBytes) return;
    await rm(file, { force: true });
    total -= size;
  }
}
