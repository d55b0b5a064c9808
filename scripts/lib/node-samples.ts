import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteSource } from '../../src/core/engine/streams.ts';
import { createPipe } from '../../src/core/engine/sinks.ts';
import type { CallSignal } from '../../src/core/ports/call-signal.ts';
import { type ErrorCode, HostlingError, messageOf } from '../../src/core/errors.ts';
import { sharedSink } from '../../src/core/wasi/stdio.ts';
import { createHost, type Host, type Progress } from '../../src/platform/node/index.ts';
import { guestsDir } from '../guests/guest.ts';
import { artifactsDir } from './bundles.ts';

/** The sample components that answer HTTP. */
export const httpSamples = ['hello-p2', 'hello-p3'] as const;
/** The sample components that are commands. */
export const commandSamples = ['cat-p2', 'cat-p3'] as const;

/** How a sample came up, in milliseconds. */
export interface SampleReport {
  readonly name: string;
  readonly loadMs: number;
  readonly start?: { readonly cached: boolean; readonly prepareMs: number; readonly startMs: number };
}

/** The samples on a Node host. */
export interface NodeSamples {
  readonly host: Host;
  readonly reports: readonly SampleReport[];
  /** The components' bytes by name. */
  readonly components: ReadonlyMap<string, Uint8Array>;
  /** Runs a command; what happens comes as JSON, an event a line. Undefined when no command is named so. */
  run(name: string, args: readonly string[], stdin: ByteSource | undefined, signal: CallSignal): ByteSource | undefined;
}

/** Starts the samples; each answers for its own name under `localhost`. `allowedHosts` is what they may reach. */
export async function startSamples(allowedHosts: readonly string[]): Promise<NodeSamples> {
  const host = await createHost({ cacheDirectory: await artifactsDir() });
  const grants = { env: { NAME: 'Node' }, directories: { '/tmp': 'memory' }, allowedHosts } as const;
  const components = new Map<string, Uint8Array>();
  const reports: SampleReport[] = [];
  try {
    for (const name of commandSamples) {
      const { bytes, loadMs } = await load(name);
      components.set(name, bytes);
      reports.push({ name, loadMs });
    }
    for (const name of httpSamples) {
      const { bytes, loadMs } = await load(name);
      components.set(name, bytes);
      const { progress, report } = stopwatch();
      await host.start({ component: bytes, name, host: `${name}.localhost`, ...grants }, progress);
      reports.push({ name, loadMs, start: report() });
    }
  } catch (failure) {
    await host.stop({ graceMs: 0 });
    throw failure;
  }

  return {
    host,
    reports,
    components,
    run(name, args, stdin, signal) {
      const component = components.get(name);
      if (component === undefined || !commandSamples.some((command) => command === name)) return undefined;
      const { sink, source } = createPipe();
      const out = sharedSink(sink);
      const tell = (event: object): void | Promise<void> => out.write(Buffer.from(`${JSON.stringify(event)}\n`));
      const write = (from: string) => ({ write: (chunk: Uint8Array) => tell({ type: 'chunk', from, base64: Buffer.from(chunk).toString('base64') }) });
      const stdio = { stdin: stdin ?? nothing, stdout: write('stdout'), stderr: write('stderr') };
      const step: Progress = (step) => (step === 'loading' ? undefined : void tell({ type: 'step', step: step === 'linking' ? 'starting' : step }));
      const run = async (): Promise<void> => {
        try {
          await tell({ type: 'end', exitCode: await host.run({ component, args: [name, ...args], stdio, signal, ...grants }, step) });
        } catch (failure) {
          const code: ErrorCode = failure instanceof HostlingError ? failure.code : 'internal';
          await tell({ type: 'failed', failure: { code, message: messageOf(failure) } });
        } finally {
          await sink.close();
        }
      };
      // Once nobody reads, there is nobody to tell.
      run().catch(() => undefined);
      return source;
    },
  };
}

const nothing: ByteSource = { read: () => undefined, cancel: () => {} };

async function load(name: string): Promise<{ bytes: Uint8Array; loadMs: number }> {
  const began = performance.now();
  const bytes = await readFile(join(guestsDir, `${name}.wasm`));
  return { bytes, loadMs: performance.now() - began };
}

/** Takes the times of one start. */
function stopwatch(): { progress: Progress; report: () => NonNullable<SampleReport['start']> } {
  const began = performance.now();
  let cached = false;
  let linking = began;
  return {
    progress(step) {
      if (step === 'cached') cached = true;
      else if (step === 'linking') linking = performance.now();
    },
    report: () => ({ cached, prepareMs: linking - began, startMs: performance.now() - linking }),
  };
}
