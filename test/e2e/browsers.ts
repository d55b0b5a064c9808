import { existsSync } from 'node:fs';
import { type Browser, chromium, firefox } from 'playwright';
import { chromiumFlags, chromiumPath, firefoxPath } from '../../scripts/lib/browser-places.ts';

/** A browser that pages are tried in; tests of one that is missing are skipped. */
export interface TestBrowser {
  readonly name: 'Chromium' | 'Firefox';
  readonly path: string;
  readonly missing: boolean;
  launch(): Promise<Browser>;
}

/** Chromium. */
export const chromiumBrowser: TestBrowser = {
  name: 'Chromium',
  path: chromiumPath,
  missing: !existsSync(chromiumPath),
  launch: () => chromium.launch({ executablePath: chromiumPath, args: [...chromiumFlags] }),
};

/** Firefox. */
export const firefoxBrowser: TestBrowser = {
  name: 'Firefox',
  path: firefoxPath,
  missing: !existsSync(firefoxPath),
  launch: () => firefox.launch({ channel: 'moz-firefox', executablePath: firefoxPath }),
};
