import { messageOf } from '../errors.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { Log } from '../ports/log.ts';
import { decodeArtifact, encodeArtifact } from './artifact.ts';
import { sha256 } from './digest.ts';
import type { Artifact, Engine, Suspends } from './engine.ts';
import { inspect } from './inspect.ts';

/** How a component became an artifact, for progress and measurements. */
export type PrepareStep = 'cached' | 'preparing' | 'prepared';

/** Prepares each component once: asks the memory, then the store, then the engine. */
export interface Library {
  /** @throws HostlingError `not-wasm`, `core-module`, `invalid-component`, `prepare-failed` */
  artifact(bytes: Uint8Array, onStep?: (step: PrepareStep) => void): Promise<Artifact>;
}

/**
 * The key holds the component's digest, the engine's version and which functions suspend: an artifact made under other conditions is not
 * found rather than wrong.
 */
export function createLibrary(engine: Engine, suspends: Suspends, suspendsVersion: string, log: Log, store?: ArtifactStore): Library {
  // While somebody uses the artifact the map answers; when nobody does it may go.
  const known = new Map<string, Promise<Artifact>>();

  const prepare = async (bytes: Uint8Array, digest: string, onStep?: (step: PrepareStep) => void): Promise<Artifact> => {
    const key = `${engine.id}.${suspendsVersion}.${digest}`;
    const stored = await readStore(key);
    if (stored !== undefined) {
      onStep?.('cached');
      return stored;
    }
    const description = inspect(bytes);
    onStep?.('preparing');
    const artifact = await engine.prepare(bytes, description, digest, suspends);
    onStep?.('prepared');
    if (store !== undefined) {
      // Nobody waits for the disk; a full one costs the next start its speed and nothing else.
      store.write(key, encodeArtifact(artifact)).catch((failure: unknown) => log.write('warn', `the prepared component was not kept: ${messageOf(failure)}`, { digest }));
    }
    return artifact;
  };

  const readStore = async (key: string): Promise<Artifact | undefined> => {
    try {
      const bytes = await store?.read(key);
      return bytes === undefined ? undefined : decodeArtifact(bytes);
    } catch (failure) {
      log.write('warn', `the store of prepared components cannot be read: ${messageOf(failure)}`);
      return undefined;
    }
  };

  return {
    async artifact(bytes, onStep) {
      const digest = await sha256(bytes);
      let pending = known.get(digest);
      if (pending === undefined) {
        pending = prepare(bytes, digest, onStep);
        known.set(digest, pending);
        const forget = (): void => void known.delete(digest);
        pending.then(forget, forget);
      }
      return pending;
    },
  };
}
