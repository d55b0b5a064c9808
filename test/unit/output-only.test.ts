import { describe, expect, test } from 'vitest';
import type { Extern } from '../../src/core/engine/interface.ts';
import { waitsForOutputOnly } from '../../src/core/wasi/p2/output-only.ts';

const instance = (name: string, ...functions: string[]): Extern => ({
  name,
  kind: 'instance',
  functions: functions.map((func) => ({ name: func, async: false })),
});
const only = (...imports: Extern[]): boolean => waitsForOutputOnly({ imports, exports: [] });

/** What the standard library of a language brings along for printing. */
const printing = [
  instance('wasi:io/error@0.2.4'),
  instance('wasi:io/poll@0.2.4', '[method]pollable.block'),
  instance('wasi:io/streams@0.2.4', '[method]output-stream.check-write', '[method]output-stream.blocking-flush', '[method]output-stream.subscribe'),
  instance('wasi:cli/stdin@0.2.4', 'get-stdin'),
  instance('wasi:cli/stdout@0.2.4', 'get-stdout'),
];

describe('a component that waits for its output only', () => {
  test('is one of 0.3 whose 0.2 functions print', () => {
    expect(only(...printing, instance('wasi:http/types@0.3.0', '[static]response.new'), { name: 'types', kind: 'type' })).toBe(true);
  });

  test.each([
    ['reads its input', instance('wasi:io/streams@0.2.4', '[method]input-stream.blocking-read')],
    ['copies its input', instance('wasi:io/streams@0.2.4', '[method]output-stream.blocking-splice')],
    ['waits for the time', instance('wasi:clocks/monotonic-clock@0.2.4', 'subscribe-duration')],
    ['opens files', instance('wasi:filesystem/types@0.2.4', '[method]descriptor.read-via-stream')],
    ['sends requests', instance('wasi:http/outgoing-handler@0.2.4', 'handle')],
    ['has sockets', instance('wasi:sockets/tcp@0.2.4', '[method]tcp-socket.subscribe')],
    ['imports what is not WASI', instance('acme:store/blobs@1.0.0', 'open')],
    ['imports a function of the world', { name: 'work', kind: 'func' } satisfies Extern],
  ])('is none that %s', (_what, item) => {
    expect(only(...printing, item)).toBe(false);
  });
});
