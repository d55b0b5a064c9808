import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guestsDir } from '../../scripts/guests/guest.ts';
import { type BundleOptions, bundleComponent } from '../../src/platform/node/index.ts';

const bytes = (): Promise<Uint8Array> => readFile(join(guestsDir, 'wat-memory.wasm'));
const bundle = async (options: unknown, component: unknown = undefined): Promise<unknown> =>
  bundleComponent((component ?? (await bytes())) as Uint8Array, { cacheDirectory: false, ...(options as BundleOptions) });

describe('bundleComponent refuses', () => {
  test.each([NaN, -1, 0, Infinity, 65_537, '256', null])('memoryLimitMb: %o', async (memoryLimitMb) => {
    await expect(bundle({ memoryLimitMb })).rejects.toMatchObject({
      name: 'HostlingError',
      code: 'option-invalid',
      message: `memoryLimitMb is ${memoryLimitMb}; it must be a positive number of MiB, 65536 at most`,
    });
  });

  test.each(['hello.wasm', new ArrayBuffer(8), 1])('%o in place of bytes', async (component) => {
    await expect(bundle({}, component)).rejects.toMatchObject({
      code: 'option-invalid',
      message: "bundleComponent takes a component's bytes, a Uint8Array; read them from the file or address first",
    });
  });

  test('a limit that the engine cannot keep, with the way out', async () => {
    await expect(bundle({ engine: 'jco', memoryLimitMb: 100 })).rejects.toMatchObject({
      code: 'option-invalid',
      message: expect.stringMatching(/^the engine jco-\S+ cannot keep memoryLimitMb; leave that out or use hostling's own engine$/),
    });
  });

  test('an engine that does not exist', async () => {
    await expect(bundle({ engine: 'foo' })).rejects.toMatchObject({ code: 'option-invalid', message: expect.stringContaining('no engine named foo') });
  });
});

test('a bundle has the limit that it was made with', async () => {
  const { files: limited } = await bundleComponent(await bytes(), { cacheDirectory: false, memoryLimitMb: 100 });
  const { files: free } = await bundleComponent(await bytes(), { cacheDirectory: false });
  expect(Object.keys(limited)).toEqual(Object.keys(free));
  expect(limited).not.toEqual(free);
});
