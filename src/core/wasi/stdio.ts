import type { ByteSink } from '../engine/sinks.ts';
import { type ByteSource, chunkSize, sourceOf } from '../engine/streams.ts';
import type { Log, LogLevel } from '../ports/log.ts';

/** The three standard streams of a workload, and which of them are a terminal. */
export interface Stdio {
  readonly stdin: ByteSource;
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
  readonly terminal?: { readonly stdin?: boolean; readonly stdout?: boolean; readonly stderr?: boolean };
}

/** Standard streams of a workload nobody is attached to: nothing to read, output goes to the log line by line. */
export function detachedStdio(log: Log, workload: string): Stdio {
  return { stdin: sourceOf(), stdout: lineSink(log, 'info', workload), stderr: lineSink(log, 'warn', workload) };
}

/** The longest line that is kept together; a longer one is logged in pieces, so that output without newlines cannot pile up. */
const longestLine = 8192;

function lineSink(log: Log, level: LogLevel, workload: string): ByteSink {
  const decoder = new TextDecoder();
  let rest = '';
  return {
    immediate: true,
    write(chunk) {
      rest += decoder.decode(chunk, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) log.write(level, line, { workload });
      if (rest.length > longestLine) {
        log.write(level, rest, { workload });
        rest = '';
      }
    },
    close() {
      if (rest !== '') log.write(level, rest, { workload });
      rest = '';
    },
  };
}

/**
 * One sink for many writers: each write waits for the one before. A failed write fails its own writer only.
 */
export function sharedSink(sink: ByteSink): ByteSink {
  let last: Promise<unknown> | undefined;
  const inTurn = (step: () => void | Promise<void>): void | Promise<void> => {
    const turn = last === undefined ? step() : last.then(step, step);
    if (!(turn instanceof Promise)) return;
    const mine = turn.finally(() => {
      if (last === mine) last = undefined;
    });
    last = mine;
    mine.catch(() => {}); // its writer has the failure; the next in line only waits for the end
    return mine;
  };
  return {
    write: (chunk) => inTurn(() => sink.write(chunk)),
    flush: () => inTurn(() => sink.flush?.()),
  };
}

/**
 * One source for readers that come one after the other. A reader that leaves while a read is under way does not lose its bytes: they go to
 * the next one.
 */
export function sharedSource(source: ByteSource): { open(): ByteSource; cancel(reason?: unknown): void } {
  let rest: Uint8Array | undefined;
  let reading: Promise<void> | undefined;
  let ended = false;
  let failure: { thrown: unknown } | undefined;

  const fetch = (): Promise<void> => {
    reading ??= Promise.resolve(source.read(chunkSize))
      .then(
        (chunk) => {
          if (chunk === undefined) ended = true;
          else rest = chunk;
        },
        (thrown: unknown) => {
          ended = true;
          failure = { thrown };
        },
      )
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };

  const open = (): ByteSource => {
    let leave: () => void = () => {};
    let left = false;
    const gone = new Promise<void>((resolve) => {
      leave = resolve;
    });
    return {
      async read(max) {
        while (!left) {
          if (rest !== undefined) {
            const chunk = rest.subarray(0, max);
            rest = chunk.length < rest.length ? rest.subarray(chunk.length) : undefined;
            return chunk;
          }
          if (failure !== undefined) throw failure.thrown;
          if (ended) return undefined;
          await Promise.race([fetch(), gone]);
        }
        return undefined;
      },
      cancel() {
        left = true;
        leave();
      },
    };
  };
  return {
    open,
    cancel(reason) {
      ended = true;
      source.cancel(reason);
    },
  };
}
