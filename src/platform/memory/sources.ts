import { HostlingError } from '../../core/errors.ts';
import type { Sources } from '../../core/ports/sources.ts';

/** Components by the names they were given. */
export function createSources(components: Readonly<Record<string, Uint8Array>>): Sources {
  return {
    async read(reference) {
      const name = String(reference);
      const bytes = Object.hasOwn(components, name) ? components[name] : undefined;
      if (bytes === undefined) throw new HostlingError('source-unreachable', `cannot load ${name}: there is no component of that name`);
      return bytes;
    },
  };
}
