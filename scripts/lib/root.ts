import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const rootDir: string = fileURLToPath(new URL('../../', import.meta.url));

/** A path in the repository. */
export function inRoot(...parts: string[]): string {
  return join(rootDir, ...parts);
}

/** An installed package's program. */
export function binary(name: string): string {
  return inRoot('node_modules/.bin', name);
}
