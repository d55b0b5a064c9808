import type { ComponentInput } from '../src/core/workload/options.ts';
import type { Host } from '../src/core/host.ts';
import type { Traits } from '../src/core/ports/platform.ts';
import type { RecordingLog } from '../src/platform/memory/log.ts';

/** A host to test and what it logged. */
export interface TestHost {
  readonly host: Host;
  readonly log: RecordingLog;
}

/** What a platform can do, as tests ask; each has the reason why a platform may lack it. */
export interface TestTraits extends Traits {
  /** The answer's head comes before all of the request was sent. Absent: the runtime's `Request` takes no stream as body. */
  readonly requestStreams: boolean;
  /** Guests reach other servers on this platform's loopback address. */
  readonly outgoing: boolean;
  /** Memories grow until the engine's own limit. Absent: the runtime ends the whole isolate at 128 MB. */
  readonly largeMemory: boolean;
}

/** What `test/host.<platform>.ts` exports. */
export interface Harness {
  readonly platform: string;
  readonly traits: TestTraits;
  /** The platform's host with a log that keeps its lines. */
  createTestHost(): Promise<TestHost>;
  /** A built guest in the form in which the platform takes components. */
  guest(name: string): Promise<ComponentInput>;
}
