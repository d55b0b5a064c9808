import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootDir } from './guest.ts';

const builtinDir = join(rootDir, 'node_modules/@bytecodealliance/jco/lib/wit/builtin');
const reference = /\bwasi:([a-z-]+)\/[a-z-]+@(\d+\.\d+\.\d+)/g;

/**
 * One self-contained WIT text: a guest's `world.wit` followed by each WASI package it mentions, directly or not, as a
 * nested package. One string instead of a folder of dependencies, because every tool takes it.
 */
export async function assembleWit(guestDir: string): Promise<string> {
  const world = await readFile(join(guestDir, 'world.wit'), 'utf8');
  const packages = new Map<string, string>();
  await collect(world, packages);
  const nested = [...packages.keys()].toSorted().map((key) => nest(packages.get(key) ?? ''));
  return [world, ...nested].join('\n');
}

async function collect(text: string, packages: Map<string, string>): Promise<void> {
  for (const [, name, version] of text.matchAll(reference)) {
    const key = `${name}@${version}`;
    if (packages.has(key)) continue;
    const wit = await readFile(join(builtinDir, `${version}/wasi-${name}/package.wit`), 'utf8');
    packages.set(key, wit);
    await collect(wit, packages);
  }
}

function nest(wit: string): string {
  return wit.replace(/^\s*package ([^;]+);([\s\S]*)$/, 'package $1 {$2}\n');
}
