import { createHost } from '../../dist/platform/browser/index.js';
import { createBrowserPlatform } from '../../dist/platform/browser/platform.js';
import type { Surroundings } from './subject.ts';

/** The page's files lie where it comes from. */
const address = (file: string): string => `/files/${file}`;
const settings = { cacheName: false, log: { write: () => {} } } as const;

/** In a page: the clock is too coarse for single calls. */
export const surroundings: Surroundings = {
  name: 'page',
  fine: false,
  async read(file) {
    const response = await fetch(address(file));
    if (!response.ok) throw new Error(`${file} was not served: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  },
  load: <T>(file: string) => import(address(file)) as Promise<T>,
  createHost: () => createHost(settings),
  platform: () => createBrowserPlatform(settings),
};
