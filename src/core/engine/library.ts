import { messageOf } from '../errors.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { Log } from '../ports/log.ts';
import { decodeArtifact, encodeArtifact } from './artifact.ts';
import { sha256 } from './digest.ts';
import type { Artifact, Engine, Suspends } from './engine.ts';

/** How a component became an artifact, for progress and measurements. */
export type PrepareStep = 'cached' | 'preparing' | 'prepared';

/** Prepares each component once: asks the memory, then the store, then the engine. */
export interface Library {
  /** @throws HostlingError `not-wasm`, `core-module`, `invalid-component`, `prepare-failed` */
  artifact(bytes: Uint8Array, onStep?: (step: PrepareStep) => void): Promise<Artifact>;
}

/** What a library works with. */
export interface LibraryOptions {
  readonly engine: Engine;
  readonly suspends: Suspends;
  /** Changes whenever `suspends` answers otherwise. */
  readonly suspendsVersion: string;
  readonly log: Log;
  /** Keeps artifacts between runs. */
  readonly store?: ArtifactStore | undefined;
  /** Makes a component of what is none yet; anything else comes back as it is. */
  readonly adapt?: ((bytes: Uint8Array) => Promise<Uint8Array>) | undefined;
}

/**
 * The key holds the digest of the bytes as they came, the engine's version and which functions suspend: an artifact made under other conditions is not
 * found rather than wrong.
 */
export function createLibrary({ engine, suspends, suspendsVersion, log, store, adapt }: LibraryOptions): Library {
  // While somebody uses the artifact the map answers; when nobody does it may go.
  const known = new Map<string, Promise<Artifact>>();
  let warned = false;
  /** A store that fails once fails for each component: nobody need hear it again. */
  const warn = (message: string, fields: Readonly<Record<string, string>> = {}): void => {
    if (!warned) log.write('warn', message, fields);
    warned = true;
  };

  const prepare = async (bytes: Uint8Array, digest: string, onStep?: (step: PrepareStep) => void): Promise<Artifact> => {
    const key = `${engine.id}.${suspendsVersion}.${digest}`;
    const stored = await readStore(key);
    if (stored !== undefined) {
      onStep?.('cached');
      return stored;
    }
    onStep?.('preparing');
    const component = (await adapt?.(bytes)) ?? bytes;
    const { inspect } = await import('./inspect.ts');
    const artifact = await engine.prepare(component, inspect(component), digest, suspends);
    onStep?.('prepared');
    if (store !== undefined) {
      // Nobody waits for the disk; a full one costs the next start its speed and nothing else.
      store.write(key, encodeArtifact(artifact)).catch((failure: unknown) => warn(`the prepared component was not kept: ${messageOf(failure)}`, { digest }));
    }
    return artifact;
  };

  const readStore = async (key: string): Promise<Artifact | undefined> => {
    try {
      const bytes = await store?.read(key);
      return bytes === undefined ? undefined : decodeArtifact(bytes);
    } catch (failure) {
      warn(`the store of prepared components cannot be read: ${messageOf(failure)}`);
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
