import type { Component, Engine, Imports, Instance } from '../../dist/core/engine/engine.js';
import { createHostOn, type Host } from '../../dist/core/host.js';
import type { Platform } from '../../dist/core/ports/platform.js';
import { createMemoryDirectory } from '../../dist/platform/memory/files.js';
import type { Surroundings } from './subject.ts';

/** A component in a host, and what passes between the host and its engine. */
export interface Watched {
  readonly host: Host;
  readonly platform: Platform;
  readonly engine: Engine;
  readonly component: Component;
  /** What the component was prepared from, and what its first instance was linked with. */
  readonly prepared: Parameters<Engine['prepare']>;
  readonly imports: Imports;
}

/** Starts `component.wasm`, which must answer HTTP, in a host. Each instance passes through `watch` first. */
export async function startWatched({ platform, read }: Surroundings, watch: (instance: Instance) => Instance = (instance) => instance): Promise<Watched> {
  const given = platform();
  const { engine } = given;
  let prepared: Watched['prepared'] | undefined;
  let component: Component | undefined;
  let imports: Imports | undefined;
  const watched: Engine = {
    ...engine,
    prepare(...args) {
      prepared = args;
      return engine.prepare(...args);
    },
    async load(...args) {
      const loaded = await engine.load(...args);
      component = loaded;
      return {
        ...loaded,
        async instantiate(given) {
          imports ??= given;
          return watch(await loaded.instantiate(given));
        },
      };
    },
  };
  const host = createHostOn({ ...given, engine: watched }, createMemoryDirectory);
  await host.start({ component: await read('component.wasm'), host: '*' });
  if (prepared === undefined || component === undefined || imports === undefined) throw new Error('the host started the component without an instance');
  return { host, platform: given, engine, component, prepared, imports };
}
