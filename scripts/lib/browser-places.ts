/** Where Chromium is: Debian's place, unless the environment says otherwise. */
export const chromiumPath: string = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Where Firefox is, likewise. */
export const firefoxPath: string = process.env['FIREFOX'] ?? '/usr/bin/firefox-esr';

/** What Chromium is started with to do what it is told and nothing else; it also runs as root, in a container. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
