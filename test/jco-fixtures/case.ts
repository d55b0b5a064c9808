import type { Instance } from '../../src/core/engine/engine.ts';
import type { Host } from '../../src/core/host.ts';

/** What a case runs with. */
export interface Bench {
  /** Makes an instance of a fixture: WASI, and what is given. */
  instantiate(fixture: string, given?: Readonly<Record<string, unknown>>): Promise<Instance>;
  bytes(fixture: string): Promise<Uint8Array>;
  readonly host: Host;
  /** The authority of a server that echoes. */
  readonly server: string;
  /** What the guest and the host have logged in this case. */
  log(): string[];
}

/** One thing that fixtures do; it throws when that is not what it should be. */
export interface Case {
  readonly name: string;
  /** The fixtures that it runs, by their paths. */
  readonly fixtures: readonly string[];
  /** What it does; absent where it cannot be done here, for the reason that `not-applicable.ts` names. */
  readonly run?: (bench: Bench) => Promise<void>;
}

export type Call = (...args: unknown[]) => unknown;

/** A stream as a host reads it, some elements at a time. */
export interface Readable<Chunk> {
  read(options: { count: number }): Promise<{ value?: Chunk; done: boolean }>;
}

/** An interface that an instance exports. */
export function exported({ exports }: Instance, name: string): Record<string, Call> {
  return exports[name] as Record<string, Call>;
}

/** Lets the others go on, that many times. */
export async function turns(times: number): Promise<void> {
  for (let turn = 0; turn < times; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Everything a stream has. */
export async function all(stream: unknown): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream as AsyncIterable<unknown>) items.push(item);
  return items;
}

/** Runs what is there to be run. */
export async function runOf(instance: Instance): Promise<void> {
  await exported(instance, 'local:local/run')['run']?.();
}

type Given = () => Record<string, unknown>;
const nothing: Given = () => ({});

/** A caller that is given a callee's exports and runs. */
export function pair(name: string, caller: string, callee: string, given: Given = nothing): Case {
  return {
    name,
    fixtures: [caller, callee],
    async run({ instantiate }) {
      const called = await instantiate(callee, given());
      await runOf(await instantiate(caller, { ...given(), ...called.exports }));
    },
  };
}

/** A component that runs by itself. */
export function single(name: string, fixture: string, given: Given = nothing): Case {
  return { name, fixtures: [fixture], run: async ({ instantiate }) => runOf(await instantiate(fixture, given())) };
}
