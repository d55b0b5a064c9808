import type { Suspends } from '../engine/engine.ts';
import { parseInterfaceName } from '../engine/interface.ts';
import type { EgressPolicy } from '../http/egress.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { Directory } from '../ports/files.ts';
import type { HttpOut } from '../ports/http-out.ts';
import type { InterfaceFactory, InterfaceTable } from './interface.ts';
import { blockingFunctions } from './p2/blocking.ts';
import { createCliP2 } from './p2/cli.ts';
import { createClocksP2 } from './p2/clocks.ts';
import { createFilesystemP2 } from './p2/filesystem.ts';
import { createHttpP2 } from './p2/http.ts';
import { createIo } from './p2/io.ts';
import { waitsForOutputOnly } from './p2/output-only.ts';
import { type CliOptions, createCli, createCliState } from './p3/cli.ts';
import { createClocks } from './p3/clocks.ts';
import { createFilesystem } from './p3/filesystem.ts';
import { createHttp } from './p3/http.ts';
import { createRandom } from './random.ts';
import { createDeniedSockets, createDeniedSocketsP2 } from './sockets.ts';

/** What one workload's WASI is made of. Nothing of it is shared with another workload. */
export interface WasiOptions extends CliOptions {
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Directories the guest finds open, by guest path. */
  readonly preopens: Readonly<Record<string, Directory>>;
  readonly httpOut: HttpOut | undefined;
  readonly egress: EgressPolicy;
}

/** Which functions of WASI 0.2 suspend the guest. Those of 0.3 that wait are async by their type. */
export const suspends: Suspends = Object.assign(
  (importName: string, functionName: string) => {
    const { id, version } = parseInterfaceName(importName);
    return version?.[1] === 2 && blockingFunctions.has(`${id}#${functionName}`);
  },
  { outputOnly: waitsForOutputOnly },
);

/** Changes with the set of functions that suspend; part of an artifact's key. */
export const blockingVersion: string = `p2-${blockingFunctions.size}-output`;

/** WASI for one workload: 0.3 and, over the same state, every 0.2.x. Answers `undefined` for what is not WASI, or not these versions. */
export function createWasi(options: WasiOptions): (name: string) => InterfaceFactory | undefined {
  const cli = createCliState(options);
  const random = createRandom(options.entropy);
  const http = { httpOut: options.httpOut, egress: options.egress };
  const files = { preopens: options.preopens };
  const p3: InterfaceTable = {
    ...createCli(cli),
    ...createClocks(options.clock),
    ...random,
    ...createFilesystem(files),
    ...createHttp(http),
    ...createDeniedSockets(),
  };
  const p2: InterfaceTable = {
    ...createIo(),
    ...createCliP2(cli),
    ...createClocksP2(options.clock),
    ...random,
    ...createFilesystemP2(files),
    ...createHttpP2(http),
    ...createDeniedSocketsP2(),
  };
  return (name) => {
    const { id, version, preRelease } = parseInterfaceName(name);
    if (version === undefined || preRelease !== undefined || version[0] !== 0) return undefined;
    const table = version[1] === 2 ? p2 : version[1] === 3 ? p3 : undefined;
    return table !== undefined && Object.hasOwn(table, id) ? table[id] : undefined;
  };
}
