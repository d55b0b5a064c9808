import { existsSync } from 'node:fs';
import { chromiumPath, firefoxPath } from './browser-places.ts';
import { runOrThrow } from './run.ts';

/** A browser that tests run in, as Debian packages it. */
interface Browser {
  readonly name: string;
  readonly path: string;
  readonly package: string;
  readonly needed: boolean;
}

const browsers: readonly Browser[] = [
  { name: 'Chromium', path: chromiumPath, package: 'chromium', needed: true },
  { name: 'Firefox', path: firefoxPath, package: 'firefox-esr', needed: false },
];

const missing = (): Browser[] => browsers.filter(({ path }) => !existsSync(path));

/**
 * Sees to it that the browsers are there; root has them installed.
 * @throws Error with the command to run, when one that is needed is missing
 */
export async function provideBrowsers(): Promise<string> {
  const packages = missing().map((browser) => browser.package);
  if (packages.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log(`installing ${packages.join(' and ')} with apt-get`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await runOrThrow('apt-get', ['update', '-qq'], { env });
    // One that this distribution does not have must not keep the other from being installed.
    for (const name of packages) await runOrThrow('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], { env }).catch(() => '');
  }
  const absent = missing();
  const needed = absent.filter((browser) => browser.needed);
  if (needed.length > 0) {
    const names = needed.map((browser) => browser.package).join(' ');
    throw new Error(`tests need ${needed.map(({ name, path }) => `${name} at ${path}`).join(' and ')}; on Debian: sudo apt-get install -y ${names}`);
  }
  return absent.length === 0 ? '' : `skipped: ${absent.map(({ name, path }) => `${name}, there is no ${path}`).join('; ')}`;
}
