import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootDir } from './guest.ts';

/** A digest of texts that also depends on where one ends and the next begins. */
export function hashOf(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}

/** `name@version` of an installed package. */
export async function toolVersion(name: string): Promise<string> {
  const text = await readFile(join(rootDir, 'node_modules', name, 'package.json'), 'utf8');
  return `${name}@${(JSON.parse(text) as { version: string }).version}`;
}
