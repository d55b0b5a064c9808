import { sha256 } from '../../../src/core/engine/digest.ts';
import type { Engine, Imports } from '../../../src/core/engine/engine.ts';
import { inspect } from '../../../src/core/engine/inspect.ts';
import { camelCase } from '../../../src/core/engine/names.ts';
import { code } from '../../../src/platform/node/code.ts';
import type { HostImports, Running, Subject } from './subject.ts';

/** Drives an engine through its port, as a host does; each instantiation of a compiled component is a store of its own. */
export function createEngineSubject(engine: Engine): Subject {
  return {
    async compile(bytes) {
      const description = inspect(bytes);
      const artifact = await engine.prepare(bytes, description, await sha256(bytes), () => true);
      const component = await engine.load(artifact, code);
      const instantiate = async (host: HostImports): Promise<Running> => {
        const { exports, onFault, dispose } = await component.instantiate(importsOf(host));
        const fault = new Promise<never>((_resolve, reject) => onFault(reject));
        // Calls race with it below; between them nobody has to hear of it.
        fault.catch(() => {});
        const invoke = async (name: string, args: readonly unknown[]): Promise<unknown> => {
          const func = exports[camelCase(name)] ?? exports[name];
          if (typeof func !== 'function') throw new TypeError(`there is no export ${name} to call`);
          return await Promise.race([func(...args), fault]);
        };
        return { exports, invoke, dispose };
      };
      return { instantiate };
    },
  };
}

function importsOf(host: HostImports): Imports {
  const functions = Object.entries(host.functions).map(([name, func]) => [name, { default: func }] as const);
  return { ...Object.fromEntries(functions), ...host.instances };
}
