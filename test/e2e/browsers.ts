import { existsSync } from 'node:fs';
import { type Browser, chromium, firefox } from 'playwright';

const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const firefoxPath = process.env['FIREFOX'] ?? '/usr/bin/firefox-esr';
const chromiumArgs = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

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
  launch: () => chromium.launch({ executablePath: chromiumPath, args: chromiumArgs }),
};

/** Firefox. */
export const firefoxBrowser: TestBrowser = {
  name: 'Firefox',
  path: firefoxPath,
  missing: !existsSync(firefoxPath),
  launch: () => firefox.launch({ channel: 'moz-firefox', executablePath: firefoxPath }),
};
