/** Where tests run, and how one is run there. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { chromiumPath } from '../../scripts/lib/browser-places.ts';
import type { TestCase } from './cases.ts';
import type { Trial } from './operations.ts';
import { type Setting, type TestPlatform } from './platforms/platform.ts';
import { componentFiles } from './preview1.ts';
import { startServers } from './servers.ts';

const platforms: Readonly<Record<string, (setting: Setting) => Promise<TestPlatform>>> = {
  node: async (setting) => (await import('./platforms/node.ts')).createNode(setting),
  chromium: async (setting) => (await import('./platforms/chromium.ts')).createChromium(setting),
  workerd: async (setting) => (await import('./platforms/workerd.ts')).createWorkerd(setting),
};

/**
 * The platforms that a list asks for; without one, those that are there.
 * @throws Error naming those that there are
 */
export function choosePlatforms(list: string | undefined): string[] {
  if (list === undefined) return Object.keys(platforms).filter((name) => name !== 'chromium' || existsSync(chromiumPath));
  const names = list.split(',');
  const unknown = names.find((name) => !Object.hasOwn(platforms, name));
  if (unknown !== undefined) throw new Error(`there is no platform ${unknown}; there are ${Object.keys(platforms).join(', ')}`);
  return names;
}

/** Runs tests on a platform, one after the other; `onDone` is told why each failed, nothing if it passed, and how long it took. */
export async function runTests(
  platform: string,
  setting: Setting,
  cases: readonly TestCase[],
  onDone: (testCase: TestCase, failure: string | undefined, ms: number) => void,
): Promise<void> {
  await using components = await componentFiles();
  const there = await platforms[platform]?.(setting);
  try {
    for (const testCase of cases) {
      const wasm = await components.fileOf(testCase.wasm);
      const begin = performance.now();
      const failure = there && (await runOn(there, { ...testCase, wasm }));
      onDone(testCase, failure, Math.round(performance.now() - begin));
    }
  } finally {
    await there?.close();
  }
}

/** @returns why the test failed; nothing if it passed */
async function runOn(platform: TestPlatform, testCase: TestCase): Promise<string | undefined> {
  const { name, world, run, root, operations } = testCase;
  const servers = await startServers(testCase.servers);
  try {
    const files = root === undefined ? undefined : await readFiles(root);
    const trial: Trial = { name, world, operations, run: { ...run, env: { ...run.env, ...servers.env } }, files };
    return await platform.test(testCase, trial);
  } catch (failure) {
    return `the platform failed: ${String(failure)}`;
  } finally {
    await servers.close();
  }
}

/** The files below a directory as base64, by path, without what tests of other hosts left behind. */
async function readFiles(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.cleanup')).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [relative(root, path), await readFile(path, 'base64')] as const)));
}
