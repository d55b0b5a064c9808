import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rootDir } from './paths.ts';

/** The part of V8's format that is read. */
interface Profile {
  readonly nodes: readonly { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Options that make a process write its profile into a folder when it ends. */
export function profileArgs(folder: string): string[] {
  return ['--cpu-prof', '--cpu-prof-dir', folder, '--cpu-prof-interval', '500'];
}

/** The largest profile in a folder: workers write their own beside the main thread's. */
export async function largestProfile(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'));
  const sized = await Promise.all(files.map(async (name) => ({ path: join(folder, name), size: (await readFile(join(folder, name))).length })));
  const [largest] = sized.toSorted((a, b) => b.size - a.size);
  if (largest === undefined) throw new Error('the process ended without writing a profile');
  return largest.path;
}

/** The functions in which the most time was spent, not counting what they called. */
export async function topFunctions(file: string, count: number): Promise<string> {
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(file, 'utf8')) as Profile;
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const name = names.get(id) ?? '';
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  });
  times.delete('(idle)');
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const top = [...times].toSorted(([, a], [, b]) => b - a).slice(0, count);
  const lines = top.map(([name, time]) => `${((time / total) * 100).toFixed(1).padStart(5)} %  ${(time / 1000).toFixed(0).padStart(6)} ms  ${name}`);
  return [`${(total / 1000).toFixed(0)} ms on the processor`, ...lines].join('\n');
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const path = url.startsWith('file:') ? fileURLToPath(url).replace(rootDir, '') : url;
  return `${name}  ${path}:${lineNumber + 1}`;
}
