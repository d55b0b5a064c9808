import { inspect } from '../../dist/core/engine/inspect.js';
import { InstanceScope } from '../../dist/core/wasi/scope.js';
import { createModuleCache } from './module-cache.ts';
import { loadOutput } from './jco-output.ts';
import { loadOwn, wasiFor } from './own-component.ts';
import type { CreateSubject } from './subject.ts';

/** Who makes the instance, and whether from the component's bytes or from what was made of them before. */
export interface InstancesOptions {
  readonly side: 'own' | 'jco';
  readonly from: 'bytes' | 'component';
}

/** Instances of a component with WASI, which nothing is called of. */
const create: CreateSubject<InstancesOptions> = async (surroundings, { side, from }) => {
  if (side === 'jco') {
    const { instantiate } = await loadOutput(surroundings, 'fresh');
    return { call: instantiate };
  }
  const platform = surroundings.platform();
  const bytes = await surroundings.read('component.wasm');
  const compiled = createModuleCache();
  const component = await loadOwn(platform, bytes, compiled);
  const importsFor = wasiFor(platform, component.interface);
  const instantiate = async (made: typeof component, imports: typeof importsFor): Promise<void> => {
    const scope = new InstanceScope();
    const instance = await made.instantiate(imports(scope));
    scope.close('nothing is called');
    instance.dispose();
  };
  if (from === 'component') return { call: () => instantiate(component, importsFor) };
  return { call: async () => instantiate(await loadOwn(platform, bytes, compiled), wasiFor(platform, inspect(bytes))) };
};

export default create;
