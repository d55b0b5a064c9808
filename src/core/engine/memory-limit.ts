import { HostlingError } from '../errors.ts';

const bytesInMb = 2 ** 20;

/** The most that a `memoryLimitMb` may be, 64 GiB: four times what JavaScript engines give one memory of 64 bits. */
export const mostMemoryMb = 65_536;

/** A limit that the engine of this name has no means to keep. */
export function cannotKeep(limit: string, engine: string): HostlingError {
  return new HostlingError('option-invalid', `the engine ${engine} cannot keep ${limit}; leave that out or use hostling's own engine`);
}

/**
 * A `memoryLimitMb` in bytes; nothing when there is none.
 * @throws HostlingError `option-invalid`
 */
export function memoryLimitBytes(megabytes: number | undefined): number | undefined {
  if (megabytes === undefined) return undefined;
  if (typeof megabytes === 'number' && megabytes > 0 && megabytes <= mostMemoryMb) return megabytes * bytesInMb;
  throw new HostlingError('option-invalid', `memoryLimitMb is ${String(megabytes)}; it must be a positive number of MiB, ${mostMemoryMb} at most`);
}
