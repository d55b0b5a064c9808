import type { Component, Engine, Imports } from '../../dist/core/engine/engine.js';
import { inspect } from '../../dist/core/engine/inspect.js';
import { loadOutput } from './jco-output.ts';
import { createModuleCache } from './module-cache.ts';
import type { CreateSubject } from './subject.ts';
import { startWatched } from './watched-host.ts';

/**
 * Who makes the instance, and whether from the component's bytes or from what was made of them before. `core`: only the core instances are made that an
 * instance consists of, as WebAssembly's own interface does it.
 */
export interface InstancesOptions {
  readonly side: 'own' | 'jco' | 'core';
  readonly from: 'bytes' | 'component';
}

/** Instances of a component with WASI, which nothing is called of. */
const create: CreateSubject<InstancesOptions> = async (surroundings, { side, from }) => {
  if (side === 'jco') {
    const { instantiate } = await loadOutput(surroundings, 'fresh');
    return { call: instantiate };
  }
  const { engine, component, prepared, imports } = await startWatched(surroundings);
  if (side === 'core') return { call: await coreInstances(component, imports) };
  if (from === 'component') return { call: () => instantiate(component, imports) };
  const read = readerOf(engine, prepared);
  return { call: async () => instantiate(await read(), imports) };
};

async function instantiate(component: Component, imports: Imports): Promise<void> {
  const instance = await component.instantiate(imports);
  instance.dispose();
}

/** Makes the core instances of a component again and again, with what one instance of it linked them with. */
async function coreInstances(component: Component, imports: Imports): Promise<() => void> {
  const { Instance } = WebAssembly;
  const made: [WebAssembly.Module, Readonly<Record<string, unknown>> | undefined][] = [];
  // A constructor may answer with another object.
  const recording = function (module: WebAssembly.Module, given?: Readonly<Record<string, unknown>>): WebAssembly.Instance {
    made.push([module, given]);
    return new Instance(module, given);
  } as unknown as typeof Instance;
  WebAssembly.Instance = recording;
  try {
    await component.instantiate(imports);
  } finally {
    WebAssembly.Instance = Instance;
  }
  return () => {
    for (const [module, given] of made) new Instance(module, given);
  };
}

/** Reads a component and links it, as the host did; its core modules are compiled once. */
function readerOf(engine: Engine, [bytes, , ...rest]: Parameters<Engine['prepare']>): () => Promise<Component> {
  const modules = createModuleCache();
  return async () => engine.load(await engine.prepare(bytes, inspect(bytes), ...rest), modules);
}

export default create;
