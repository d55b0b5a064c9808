import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createHost } from '../../dist/platform/node/index.js';
import { createNodePlatform } from '../../dist/platform/node/platform.js';
import type { Surroundings } from './subject.ts';

/** In a process of Node, with what lies in a folder. */
export function surroundingsIn(folder: string): Surroundings {
  return {
    name: 'node',
    fine: true,
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    read: (file) => readFile(join(folder, file)),
    load: <T>(file: string) => import(pathToFileURL(join(folder, file)).href) as Promise<T>,
    createHost: () => createHost({ cacheDirectory: false }),
    platform: () => createNodePlatform({ cacheDirectory: false }),
  };
}
