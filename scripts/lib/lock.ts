/**
 * The lock file names every optional package of every platform, or `npm ci` refuses it. npm leaves out those that a registry does not
 * have at the time: `node scripts/lib/lock.ts` puts them back, by name and version, without a digest.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { inRoot } from './root.ts';

interface Entry {
  version?: string;
  integrity?: string;
  optionalDependencies?: Record<string, string>;
  [other: string]: unknown;
}

interface LockFile {
  packages: Record<string, Entry>;
}

const file = inRoot('package-lock.json');
const folder = 'node_modules/';

/** An optional package that is not where its dependent would find it in the version it wants. */
interface Missing {
  readonly name: string;
  readonly version: string;
  /** Where it belongs: beside the dependent. */
  readonly at: string;
}

/** Lists what the lock file lacks. */
export function missingFrom({ packages }: LockFile): Missing[] {
  return Object.entries(packages).flatMap(([dependent, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name, version]) => /^\d/.test(version) && found(packages, dependent, name)?.version !== version)
      .map(([name, version]) => ({ name, version, at: `${dependent.slice(0, dependent.lastIndexOf(folder))}${folder}${name}` })),
  );
}

/** The package that a dependent gets, looking from the inside out as Node does. */
function found(packages: LockFile['packages'], dependent: string, name: string): Entry | undefined {
  for (let from = `${dependent}/`; ;) {
    const entry = packages[`${from}${folder}${name}`];
    if (entry !== undefined || from === '') return entry;
    from = from.slice(0, from.lastIndexOf(folder));
  }
}

function entryFor({ name, version }: Missing, known: readonly Entry[]): Entry {
  // One with packages of its own below it cannot simply stand elsewhere.
  const same = known.find((entry) => entry.version === version && entry['dependencies'] === undefined);
  if (same !== undefined) return same;
  const os = /(?:^|[-/])(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32|windows)/.exec(name)?.[1]?.replace('windows', 'win32');
  const cpu = name.includes('workerd-windows-64') ? 'x64' : /(arm64|x64|arm|ia32|ppc64|riscv64|s390x|loong64|wasm32)/.exec(name)?.[1];
  const libc = /musl/.test(name) ? 'musl' : /-gnu(?:$|-)/.test(name) && os === 'linux' ? 'glibc' : undefined;
  return {
    version,
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    dev: true,
    ...(libc === undefined ? {} : { libc: [libc] }),
    optional: true,
    ...(os === undefined ? {} : { os: [os] }),
  };
}

/** Reads the lock file. */
export async function readLock(): Promise<LockFile> {
  return JSON.parse(await readFile(file, 'utf8')) as LockFile;
}

if (import.meta.main) {
  const lock = await readLock();
  const before = Object.entries(lock.packages);
  const missing = missingFrom(lock);
  for (const item of missing) {
    const known = before.filter(([at]) => at.endsWith(`${folder}${item.name}`)).map(([, entry]) => entry);
    lock.packages[item.at] = entryFor(item, known);
  }
  // One may have taken the place of another version that somebody further inside found there.
  for (const item of missingFrom(lock)) {
    const known = before.filter(([at]) => at.endsWith(`${folder}${item.name}`)).map(([, entry]) => entry);
    lock.packages[item.at] = entryFor(item, known);
  }
  const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  await writeFile(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
  console.log(`${missing.length} optional packages added to package-lock.json`);
}
