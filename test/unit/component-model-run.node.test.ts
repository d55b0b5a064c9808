import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inRoot } from '../../scripts/lib/root.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostling-suites-'));
  await writeFile(join(folder, 'notes.txt'), '');
});
afterAll(() => rm(folder, { recursive: true }));

const run = (directory: string): ReturnType<typeof spawnSync> =>
  spawnSync(process.execPath, [inRoot('test/component-model/run.ts'), directory], { encoding: 'utf8' });

describe('the component model scripts are asked for in', () => {
  test('a folder that is not there', () => {
    expect(run(join(folder, 'none'))).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^[^\n]*none cannot be read: ENOENT[^\n]*\n$/) });
  });

  test('a folder without scripts', () => {
    expect(run(folder)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^there are no scripts in [^\n]*\n$/) });
  });

  test('a checkout that has scripts for core modules too', async () => {
    const script = join(folder, 'core.wast');
    await writeFile(script, '(module)\n(assert_return (invoke "f" (i32.const 1)))\n');
    expect(run(folder)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `${script} is no script for components: i32.const is no value that is known here; name the folders that have only those\n`,
    });
  });
});
