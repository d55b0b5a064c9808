/** The loader for jco's engine. Brings its transpiler along, 1.2 MB compressed. */
import { type WorkerLoaderBinding, workerLoader } from './loader.ts';
import type { ComponentLoader } from './platform.ts';
import * as transpiler from './transpiler/index.js';

/** Like `workerLoader` of `hostling/workers/loader`, with components prepared by jco's transpiler in this Worker. */
export function jcoWorkerLoader(binding: WorkerLoaderBinding): ComponentLoader {
  return { ...workerLoader(binding), engine: 'jco', loadTranspiler: async () => transpiler };
}
