import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { inRoot, rootDir } from './paths.ts';

/** Where and with what something was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  /** Processes that wanted to run when the measurements began, over one minute: on an idle machine near 0. */
  readonly loadBefore: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** This machine. */
export function describeMachine(): Machine {
  const packages = ['jco', 'jco-transpile', 'preview3-shim'].map((name) => [name, packageVersion(inRoot('node_modules/@bytecodealliance', name))]);
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    loadBefore: loadavg()[0] ?? Number.NaN,
    versions: { node: process.versions.node, v8: process.versions.v8, ...Object.fromEntries(packages), 'preview2-shim': preview2Version(), hostling: commit() },
  };
}

function packageVersion(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}

/** It is no dependency of ours, only of the shim beside it. */
function preview2Version(): string {
  const entry = createRequire(inRoot('node_modules/@bytecodealliance/preview3-shim/package.json')).resolve('@bytecodealliance/preview2-shim');
  return packageVersion(entry.slice(0, entry.lastIndexOf('preview2-shim') + 'preview2-shim'.length));
}

/** The commit that is checked out, with a + if files differ from it. */
function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: rootDir, encoding: 'utf8' }).trim();
  try {
    return `${git('rev-parse', '--short=12', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}
