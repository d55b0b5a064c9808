import type { Server } from './child.ts';
import type { LoadGenerator } from './load.ts';
import { interleave, type Sample } from './pairs.ts';

/** Puts servers under load in turns; those that have no turn are off the processor. */
export async function interleaveServers<Name extends string>(
  servers: Readonly<Record<Name, Server>>,
  load: LoadGenerator,
  { pairs, seconds, connections }: { pairs: number; seconds: number; connections: number },
): Promise<Record<Name, Sample[]>> {
  const all = Object.entries<Server>(servers);
  for (const [, server] of all) server.pause();
  const sides = all.map(([name, server]) => [
    name,
    async (): Promise<Sample> => {
      server.resume();
      const before = server.cpuMs();
      try {
        const sample = await load.run(server.url, seconds, connections);
        const after = server.cpuMs();
        return before === undefined || after === undefined ? sample : { ...sample, cpuMs: (after - before) / (sample.rate * seconds) };
      } finally {
        server.pause();
      }
    },
  ]);
  return interleave(pairs, Object.fromEntries(sides) as Record<Name, () => Promise<Sample>>);
}
