import { describe, expect, test } from 'vitest';
import { createPipe, PipeClosed } from '../../src/core/engine/sinks.ts';
import { fromGuestStream, readAll, type Source, sourceOf, toGuestFuture, toGuestStream } from '../../src/core/engine/streams.ts';
import { watchSource, withLength } from '../../src/core/http/source.ts';
import { sourceFromWeb, sourceToWeb } from '../../src/core/http/web.ts';
import { sharedSink, sharedSource } from '../../src/core/wasi/stdio.ts';
import { within } from '../lib/until.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (chunk: Uint8Array | undefined): string | undefined => (chunk === undefined ? undefined : new TextDecoder().decode(chunk));
const read = async (source: Source<Uint8Array>, max = 100): Promise<string | undefined> => text(await source.read(max));

describe('a source over chunks', () => {
  test('gives no more than asked for, then the end for ever', async () => {
    const source = sourceOf(bytes('abc'), bytes(''), bytes('d'));
    expect([await read(source, 2), await read(source, 2), await read(source, 2), await read(source), await read(source)]).toEqual([
      'ab',
      'c',
      'd',
      undefined,
      undefined,
    ]);
  });

  test('ends when it is cancelled', async () => {
    const source = sourceOf(bytes('abc'), bytes('def'));
    await read(source, 1);
    source.cancel();
    expect(await read(source)).toBeUndefined();
  });
});

describe('a pipe', () => {
  test('hands a write to reads, and the write settles when all of it was taken', async () => {
    const { sink, source } = createPipe();
    let taken = false;
    const write = Promise.resolve(sink.write(bytes('abcd'))).then(() => (taken = true));
    expect(await read(source, 3)).toBe('abc');
    expect(taken).toBe(false);
    expect(await read(source, 3)).toBe('d');
    await within(write, 'the write settles');
  });

  test('wakes a read that came first', async () => {
    const { sink, source } = createPipe();
    const first = read(source);
    await sink.write(bytes('x'));
    expect(await within(first, 'the read settles')).toBe('x');
    const end = read(source);
    await sink.close();
    expect(await within(end, 'the end')).toBeUndefined();
  });

  test('an empty write needs no reader', async () => {
    const { sink } = createPipe();
    await sink.write(new Uint8Array(0));
  });

  test('whoever writes when nobody reads any more is told', async () => {
    const { sink, source } = createPipe();
    const write = Promise.resolve(sink.write(bytes('x')));
    source.cancel('enough');
    await expect(write).rejects.toThrow(PipeClosed);
    await expect(Promise.resolve(sink.write(bytes('y')))).rejects.toThrow(PipeClosed);
    expect(await read(source)).toBeUndefined();
    await sink.close();
    sink.abort();
  });

  test('whoever reads what was aborted has the reason', async () => {
    const { sink, source } = createPipe();
    const waiting = Promise.resolve(source.read(1));
    sink.abort(new Error('broken'));
    await expect(waiting).rejects.toThrow('broken');
    await expect(Promise.resolve(source.read(1))).rejects.toThrow('broken');
    source.cancel();
  });

  test('what was written before the close is read before the end', async () => {
    const { sink, source } = createPipe();
    const write = sink.write(bytes('x'));
    const close = sink.close();
    expect(await read(source)).toBe('x');
    await write;
    await close;
    expect(await read(source)).toBeUndefined();
  });
});

describe('a source as a guest stream', () => {
  test('tells its end once', async () => {
    const ends: unknown[] = [];
    const stream = toGuestStream(sourceOf(bytes('a')), (failure) => ends.push(failure));
    expect(text((await stream.next()).value)).toBe('a');
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    await stream.return?.();
    expect(ends).toEqual([undefined]);
  });

  test('that is dropped cancels the source, also while a read is under way', async () => {
    let cancels = 0;
    const pending = Promise.withResolvers<Uint8Array | undefined>();
    const ends: unknown[] = [];
    const stream = toGuestStream({ read: () => pending.promise, cancel: () => void cancels++ }, (failure) => ends.push(failure));
    const next = stream.next();
    await stream.return?.();
    await stream.return?.();
    pending.resolve(bytes('late'));
    expect(await next).toEqual({ done: true, value: undefined });
    expect([cancels, ends.length]).toEqual([1, 1]);
  });

  test('that fails ends, and tells why once', async () => {
    const failure = new Error('broken');
    const ends: unknown[] = [];
    const stream = toGuestStream({ read: () => Promise.reject(failure), cancel: () => {} }, (reason) => ends.push(reason));
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(ends).toEqual([failure]);
  });

  test('a source that throws at once fails the same way', async () => {
    const ends: unknown[] = [];
    const stream = toGuestStream(
      {
        read: () => {
          throw new Error('at once');
        },
        cancel: () => {},
      },
      (reason) => ends.push(reason),
    );
    expect((await stream.next()).done).toBe(true);
    expect(ends).toHaveLength(1);
  });

  test('a future that fails resolves with what its failure is made into', async () => {
    expect(await toGuestFuture(Promise.reject<string>(new Error('x')), () => 'made of it')).toBe('made of it');
    expect(await toGuestFuture(Promise.resolve('value'), () => 'never')).toBe('value');
  });
});

describe('a guest stream as a source', () => {
  test('takes bytes however they come, skips empty chunks and ends with the last', async () => {
    const values: { value?: unknown; done?: boolean }[] = [
      { value: bytes('a') },
      { value: 98 },
      { value: [99, 100] },
      { value: new Uint8Array(0) },
      { value: bytes('e'), done: true },
    ];
    const source = fromGuestStream({ read: async () => values.shift() ?? { done: true } });
    expect(text(await readAll(source))).toBe('abcde');
    expect(await read(source)).toBeUndefined();
  });

  test('that is cancelled drops its end once', () => {
    let drops = 0;
    const source = fromGuestStream({ read: async () => ({ done: true }), [Symbol.dispose]: () => void drops++ });
    source.cancel();
    source.cancel();
    expect(drops).toBe(1);
  });

  test('whose end is gone already is cancelled without a failure', () => {
    const source = fromGuestStream({
      read: async () => ({ done: true }),
      return: () => {
        throw new Error('gone');
      },
    });
    source.cancel();
  });
});

describe('web streams', () => {
  test('become sources that give no more than asked for', async () => {
    const source = sourceFromWeb(
      new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes('abc'));
          controller.enqueue(new Uint8Array(0));
          controller.enqueue(bytes('d'));
          controller.close();
        },
      }),
    );
    expect([await read(source, 2), await read(source, 2), await read(source), await read(source)]).toEqual(['ab', 'c', 'd', undefined]);
  });

  test('are cancelled with their source, with a read under way', async () => {
    let cancelled = false;
    const source = sourceFromWeb(new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) }));
    const waiting = Promise.resolve(source.read(1));
    source.cancel();
    source.cancel();
    expect(await within(waiting, 'the read settles')).toBeUndefined();
    expect(cancelled).toBe(true);
  });

  test('pull a source when they are read, and cancel it', async () => {
    let reads = 0;
    let cancelled = false;
    const reader = sourceToWeb({ read: async () => (reads++, bytes('x')), cancel: () => void (cancelled = true) }).getReader();
    expect(reads).toBe(0);
    await reader.read();
    expect(reads).toBe(1);
    await reader.cancel();
    expect(cancelled).toBe(true);
  });

  test('fail when their source or its trailers do', async () => {
    const failing = sourceToWeb({ read: () => Promise.reject(new Error('broken')), cancel: () => {} });
    await expect(failing.getReader().read()).rejects.toThrow('broken');
    const trailers = Promise.reject<undefined>(new Error('cut'));
    trailers.catch(() => {});
    await expect(sourceToWeb(sourceOf(), trailers).getReader().read()).rejects.toThrow('cut');
  });
});

describe('sources of messages', () => {
  test('tell once how they ended', async () => {
    const ends: string[] = [];
    const note = ({ how }: { how: string }): void => void ends.push(how);
    const whole = watchSource(sourceOf(bytes('a')), note);
    await readAll(whole);
    whole.cancel();
    watchSource(sourceOf(bytes('a')), note).cancel();
    const failing = watchSource({ read: () => Promise.reject(new Error('x')), cancel: () => {} }, note);
    await expect(Promise.resolve(failing.read(1))).rejects.toThrow('x');
    expect(ends).toEqual(['complete', 'cancelled', 'failed']);
  });

  test('are held to their length', async () => {
    const mismatch = (seen: number): Error => new Error(`${seen} bytes`);
    expect(text(await readAll(withLength(sourceOf(bytes('ab'), bytes('c')), 3, mismatch)))).toBe('abc');
    await expect(readAll(withLength(sourceOf(bytes('ab')), 3, mismatch))).rejects.toThrow('2 bytes');
    await expect(readAll(withLength(sourceOf(bytes('ab'), bytes('cd')), 3, mismatch))).rejects.toThrow('4 bytes');
  });
});

describe('standard streams that are shared', () => {
  test('a write waits for the one before it, also for one that fails', async () => {
    const first = Promise.withResolvers<void>();
    const written: string[] = [];
    const sink = sharedSink({
      write(chunk) {
        written.push(text(chunk) ?? '');
        return written.length === 1 ? first.promise : undefined;
      },
    });
    const one = Promise.resolve(sink.write(bytes('one')));
    const two = Promise.resolve(sink.write(bytes('two')));
    expect(written).toEqual(['one']);
    first.reject(new Error('full'));
    await expect(one).rejects.toThrow('full');
    await two;
    expect(written).toEqual(['one', 'two']);
  });

  test('bytes that a reader left behind go to the next', async () => {
    const pending = Promise.withResolvers<Uint8Array | undefined>();
    let reads = 0;
    const shared = sharedSource({ read: () => (reads++ === 0 ? pending.promise : undefined), cancel: () => {} });
    const first = shared.open();
    const waiting = Promise.resolve(first.read(10));
    first.cancel();
    expect(await within(waiting, 'the first reader is let go')).toBeUndefined();
    pending.resolve(bytes('kept'));
    expect(await read(shared.open(), 10)).toBe('kept');
  });
});
