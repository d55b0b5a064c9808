import type { EngineName } from '../src/core/engine/choose.ts';
import type { Component } from '../src/core/engine/engine.ts';
import type { Host } from '../src/core/host.ts';
import type { Traits } from '../src/core/ports/platform.ts';
import type { ComponentInput } from '../src/core/workload/options.ts';
import type { RecordingLog } from '../src/platform/memory/log.ts';

/** A host to test and what it logged. */
export interface TestHost {
  readonly host: Host;
  readonly log: RecordingLog;
}

/** What a platform can do, as tests ask; a case that needs what is missing is skipped by the trait's name. */
export interface TestTraits extends Traits {
  /** The runtime's `Request` takes a stream as body and shows it as one. Firefox does neither. */
  readonly requestStreams: boolean;
  /** Memories grow until the engine's own limit. Workers have 128 MB for everything. */
  readonly largeMemory: boolean;
  /** A workload takes streams and interfaces of the program's own. Not in an isolate, which is another realm. */
  readonly sameRealm: boolean;
}

/** The same platform with jco's engine. */
export function withJco(harness: Harness): Harness {
  return {
    ...harness,
    platform: `${harness.platform} with jco`,
    createTestHost: () => harness.createTestHost('jco'),
    component: (name) => harness.component(name, 'jco'),
  };
}

/** What `test/host.<platform>.ts` exports, for suites to run with. */
export interface Harness {
  readonly platform: string;
  readonly traits: TestTraits;
  /** The platform's host with a log that keeps its lines. */
  readonly createTestHost: (engine?: EngineName) => Promise<TestHost>;
  /** A built guest in the form in which the platform takes components. */
  readonly guest: (name: string) => Promise<ComponentInput>;
  /** A built guest made ready to be instantiated by the platform's engine. */
  readonly component: (name: string, engine?: EngineName) => Promise<Component>;
  /** Makes a component ready of which there are only the bytes. Needs the trait `dynamicCode`. */
  readonly written: (bytes: Uint8Array) => Promise<Component>;
}
