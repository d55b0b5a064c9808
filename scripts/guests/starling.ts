import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { rootDir } from './guest.ts';

type Starling = typeof import('@bytecodealliance/componentize-js');

const shim = '@bytecodealliance/preview2-shim';
const shimOwner = pathToFileURL(join(rootDir, 'node_modules/@bytecodealliance/jco/package.json')).href;

/**
 * Loads componentize-js. It imports preview2-shim without depending on it, so it only finds it where an installer
 * happens to hoist it; failing that it is given the copy jco brings.
 */
export async function loadStarling(): Promise<Starling> {
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!specifier.startsWith(shim)) return nextResolve(specifier, context);
      try {
        return nextResolve(specifier, context);
      } catch {
        return nextResolve(specifier, { ...context, parentURL: shimOwner });
      }
    },
  });
  try {
    return await import('@bytecodealliance/componentize-js');
  } finally {
    hooks.deregister();
  }
}
