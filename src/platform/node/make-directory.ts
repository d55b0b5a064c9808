import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a directory and those around it, one at a time: all at once never ends below `/proc`. */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (failure) {
    const code = failure instanceof Error && 'code' in failure ? failure.code : undefined;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw failure;
    await makeDirectory(dirname(path));
    await mkdir(path);
  }
}
