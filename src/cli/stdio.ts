import { isatty } from 'node:tty';
import { type ByteSink, PipeClosed } from '../core/engine/sinks.ts';
import type { ByteSource } from '../core/engine/streams.ts';
import type { Stdio } from '../core/wasi/stdio.ts';

/** The process's own standard streams for a guest. */
export interface AttachedStdio extends Stdio {
  /** Waits until all output is with the system and lets go of the input, which would otherwise keep the process alive. */
  release(): Promise<void>;
}

/** Attaches a guest to this process. The input is not touched before the guest reads. */
export function attachStdio(): AttachedStdio {
  const stdin = lazySource(() => process.stdin);
  const outputs = [process.stdout, process.stderr];
  return Object.freeze({
    stdin,
    stdout: sinkTo(process.stdout),
    stderr: sinkTo(process.stderr),
    terminal: { stdin: isatty(0), stdout: isatty(1), stderr: isatty(2) },
    async release() {
      stdin.cancel();
      await Promise.all(outputs.map(written));
    },
  });
}

/** A stream that is opened by the first read and read as it is asked for. */
export function lazySource(open: () => NodeJS.ReadableStream & { destroy?(): unknown }): ByteSource {
  let input: ReturnType<typeof open> | undefined;
  let rest: Uint8Array | undefined;
  let ended = false;
  let failure: { thrown: unknown } | undefined;
  let wake: (() => void) | undefined;
  const notify = (): void => {
    wake?.();
    wake = undefined;
  };
  const end = (): void => {
    ended = true;
    notify();
  };
  const start = (): ReturnType<typeof open> => {
    const stream = open();
    stream.on('readable', notify);
    stream.once('end', end);
    stream.once('close', end);
    stream.on('error', (thrown: unknown) => {
      failure ??= { thrown };
      end();
    });
    return stream;
  };

  return {
    async read(max) {
      input ??= start();
      while (!ended) {
        const chunk = rest ?? (input.read() as Buffer | null) ?? undefined;
        if (chunk !== undefined) {
          rest = chunk.length > max ? chunk.subarray(max) : undefined;
          // A plain Uint8Array: Buffer's own slice() shares memory, which readers do not expect.
          return new Uint8Array(chunk.buffer, chunk.byteOffset, Math.min(max, chunk.length));
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (failure !== undefined) {
        const { thrown } = failure;
        failure = undefined;
        throw thrown;
      }
      return undefined;
    },
    cancel() {
      rest = undefined;
      end();
      input?.destroy?.();
    },
  };
}

/** A write settles when the system has taken the bytes, at once where it takes them at once. */
export function sinkTo(stream: NodeJS.WriteStream): ByteSink {
  // Whoever writes has the failure; without a listener it would end the process.
  stream.on('error', () => {});
  return {
    write(chunk) {
      let finish: (failure?: Error | null) => void = () => {};
      stream.write(chunk, (failure) => finish(failure));
      if (stream.errored) throw toSinkFailure(stream.errored);
      if (stream.writableLength === 0) return undefined;
      return new Promise<void>((resolve, reject) => {
        finish = (failure) => (failure ? reject(toSinkFailure(stream.errored ?? failure)) : resolve());
      });
    },
  };
}

/** Nobody reading any more is no failure of the host: the guest is told, and nobody else. */
function toSinkFailure(failure: Error): Error {
  const code = 'code' in failure ? failure.code : undefined;
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_STREAM_DESTROYED' ? new PipeClosed(failure) : failure;
}

function written(stream: NodeJS.WriteStream): Promise<void> | void {
  if (stream.writableLength === 0 || stream.destroyed) return;
  return new Promise((resolve) => {
    stream.once('close', resolve);
    // Writes are taken in order: this one, of nothing, after all others.
    stream.write('', () => resolve());
  });
}
