import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { messageOf } from '../core/errors.ts';
import { parseManifest } from '../core/workload/manifest/parse.ts';
import type { WorkloadManifest } from '../core/workload/manifest/manifest.ts';
import { CommandError } from './failure.ts';

/** A manifest that was read, and what its images are here. */
export interface ManifestFile {
  readonly manifest: WorkloadManifest;
  /** The path or address of an image. */
  readonly image: (reference: string) => string;
}

/**
 * Reads a manifest from a file, or from standard input for `-`. Images are paths as seen from its folder, or addresses.
 * @throws CommandError if it cannot be read; HostlingError `manifest-invalid`
 */
export async function readManifestFile(file: string): Promise<ManifestFile> {
  const manifest = await parseManifest(await readText(file), file.endsWith('.json') ? 'json' : undefined);
  const folder = file === '-' ? process.cwd() : dirname(resolve(file));
  return { manifest, image: (reference) => pathOf(reference, folder) };
}

async function readText(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (failure) {
    const isMissing = failure instanceof Error && 'code' in failure && failure.code === 'ENOENT';
    throw new CommandError(`cannot read the manifest ${file}: ${isMissing ? 'there is no such file' : messageOf(failure)}`, { cause: failure });
  }
}

/** @throws CommandError for a reference to a registry */
function pathOf(reference: string, folder: string): string {
  if (/^(https?|file):/i.test(reference)) return reference;
  if (/^(\.{0,2}\/)/.test(reference) || reference.endsWith('.wasm')) return resolve(folder, reference);
  throw new CommandError(`the image ${reference} is in a registry, which cannot be read here; name a file (./hello.wasm) or an http(s) address`);
}
