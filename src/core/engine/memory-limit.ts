import { HostlingError } from '../errors.ts';

const bytesInMb = 2 ** 20;

/** 64 GiB: four times what engines give a memory of 64 bits, and what a component of many memories stays below. */
const mostMb = 65_536;

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
  if (typeof megabytes === 'number' && megabytes > 0 && megabytes <= mostMb) return megabytes * bytesInMb;
  throw new HostlingError('option-invalid', `memoryLimitMb is ${String(megabytes)}; it must be a positive number of MiB, ${mostMb} at most`);
}
